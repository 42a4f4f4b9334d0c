"""What an attached `up` can switch off and on while it stays: the containers' output, the watch for changed files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.cli.watching import Beside
    from composer.execute.printer import Output
    from composer.execute.session import Session
    from composer.views.layout import Line


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


class WatchSwitch:
    """A watch beside the stay. While it is on, nothing running does not mean that all is over: a service that is
    rebuilt ends and begins. `make` takes the first look; `first`: one that has been made."""

    def __init__(self, session: Session, make: Callable[[], Beside], *, first: Beside | None = None) -> None:
        self._session = session
        self._make = make
        self._next = first
        self._now: Beside | None = None

    @property
    def is_on(self) -> bool:
        return self._now is not None

    def begin(self) -> None:
        """Raises PlanError when no service has a rule, or one cannot be carried out."""
        beside = self._next or self._make()
        self._next = None
        self._session.unsettle()
        self._now = beside
        beside.start()

    def frame(self, columns: int) -> list[Line]:
        """What each rule last led to; nothing while it is off."""
        return self._now.frame(columns) if self._now is not None else []

    def end(self) -> None:
        """Returns when what it was doing is done; nothing happens if it is off."""
        if self._now is not None:
            self._now.end()
            self._now = None
            self._session.settle()
