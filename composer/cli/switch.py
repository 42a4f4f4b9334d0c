"""Container output that can be switched off while it is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from composer.execute.printer import Output


class Switch:
    """Output that can be switched off; what Composer itself announces still comes through."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self.is_on = True

    def write(self, label: str, stream: int, data: bytes, *, service: str, container: str) -> None:
        if self.is_on:
            self._output.write(label, stream, data, service=service, container=container)

    def announce(self, label: str, text: str, *, service: str) -> None:
        self._output.announce(label, text, service=service)
