"""What commands inside a container of the fake engine answer: hooks and health probes.

Must not know: the calls of the port.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.engine.port import ProbeOutput
from composer.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.engine.fake.container import FakeContainer
    from composer.engine.fake.script import Script
    from composer.model.lifecycle import Hook


def hook_output(container: FakeContainer, hook: Hook, tell: Callable[[bytes], object] | None) -> ProbeOutput:
    """It succeeds, unless the command is `false`; `echo` says what it is to say."""
    _need_running(container)
    name, *arguments = hook.command or ("",)
    output = {"false": "it said no\n", "echo": " ".join(arguments) + "\n"}.get(name, "")
    if tell is not None and output:
        tell(output.encode())
    return ProbeOutput(1 if name == "false" else 0, output)


def probe_output(container: FakeContainer, script: Script) -> ProbeOutput:
    _need_running(container)
    container.probe_count += 1
    answers = script.probes
    if answers:
        return answers[min(container.probe_count, len(answers)) - 1]
    return ProbeOutput(0 if container.health in ("", "healthy") else 1, "")


def exit_code_of(container: FakeContainer) -> int:
    """With which code a container that runs on ends when somebody waits for it."""
    return 1 if container.config.get("Cmd") == ["false"] else 0


def _need_running(container: FakeContainer) -> None:
    if not container.is_running:
        raise Conflict(f"container {container.id} is not running", status=409)
