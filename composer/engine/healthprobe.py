"""A container's own health test, run by Composer through exec, as the engine would run it.

Uses the bare socket, not the SDK: a probe that hangs must not hang Composer, so it needs its own time limit on
the open stream. The engine offers no way to end an exec, so a test that ran out of time goes on inside
the container. Must not know: why and when a probe is made.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from composer.engine import wire
from composer.engine.errors import refusal, words
from composer.engine.port import Healthprobe, ProbeOutput
from composer.engine.streams import Frames
from composer.errors import EngineRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from composer.engine.connect import Address

    Tell = Callable[[bytes], object]

MOST_OUTPUT = 4096
TIMED_OUT = -1
CANNOT_RUN = 126  # what a shell answers for a command that cannot be executed


def run_probe(address: Address, api: str, container: str, *, probe: Healthprobe, user: str) -> ProbeOutput:
    """One run; `api` is the path prefix (`/v1.51`). Exit code -1: no end within `probe.timeout` seconds.

    Raises NotFound, Conflict (the container does not run), EngineUnreachable.
    """
    return run_command(address, api, container, settings={"Cmd": command(probe), "User": user}, timeout=probe.timeout)


def run_command(
    address: Address,
    api: str,
    container: str,
    *,
    settings: Mapping[str, Any],
    timeout: float,
    tell: Tell | None = None,
) -> ProbeOutput:
    """Any command by exec, its output and exit code. `settings`: the engine's fields, such as `Cmd` and `User`.
    `tell`: gets the whole output, as it comes."""
    settings = {"AttachStdout": True, "AttachStderr": True, **settings}
    exec_id = _post(address, f"{api}/containers/{wire.quote(container)}/exec", settings)["Id"]
    body = json.dumps({"Detach": False, "Tty": False}).encode()
    deadline = time.monotonic() + timeout
    connection = wire.open_stream(address, "POST", f"{api}/exec/{exec_id}/start", body=body)
    try:
        if connection.status >= 400:
            return _refused(connection.status, words(connection.receive_all()))
        output, is_over = _output(connection, deadline, tell)
    finally:
        connection.close()
    if not is_over:
        return ProbeOutput(TIMED_OUT, output or f"no end within {timeout:g} s")
    return ProbeOutput(_exit_code(address, f"{api}/exec/{exec_id}/json"), output)


def command(probe: Healthprobe) -> list[str]:
    """`CMD a b` → a, b; `CMD-SHELL text` → the text in the container's shell."""
    kind, *arguments = probe.test
    if kind == "CMD-SHELL":
        return ["/bin/sh", "-c", *arguments]
    return arguments if kind == "CMD" else list(probe.test)


def _output(connection: wire.Connection, deadline: float, tell: Tell | None) -> tuple[str, bool]:
    """The text (its beginning) and whether the command ended before the deadline. Without a tty it is framed."""
    frames, parts, size = Frames(), [], 0
    is_over = False
    while (left := deadline - time.monotonic()) > 0:
        connection.set_timeout(left)
        try:
            data = connection.receive()
        except TimeoutError:
            break
        if not data:
            is_over = True
            break
        for chunk in frames.feed(data):
            if tell is not None:
                tell(chunk.data)
            if size < MOST_OUTPUT:
                parts.append(chunk.data)
                size += len(chunk.data)
    return b"".join(parts)[:MOST_OUTPUT].decode(errors="replace"), is_over


def _refused(status: int, text: str) -> ProbeOutput:
    """A command that cannot be run is a failed probe; a container that is gone or stopped is an error."""
    error = refusal(status, text)
    if isinstance(error, EngineRefused):
        return ProbeOutput(CANNOT_RUN, error.message)
    raise error


def _exit_code(address: Address, path: str) -> int:
    response = wire.request(address, "GET", path)
    if response.status >= 400:
        raise refusal(response.status, words(response.body))
    code = json.loads(response.body).get("ExitCode")
    return code if isinstance(code, int) else CANNOT_RUN


def _post(address: Address, path: str, settings: Mapping[str, Any]) -> Any:
    response = wire.request(address, "POST", path, body=json.dumps(settings).encode())
    if response.status >= 400:
        raise refusal(response.status, words(response.body))
    return json.loads(response.body)
