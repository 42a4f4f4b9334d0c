"""Exec and attach over the bare socket: `dialogue.Interactive`. No SDK, so that `exec` starts fast.

Must not know: terminals, signals, which service a container is of.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from composer.engine import wire
from composer.engine.errors import broken, refusal, words
from composer.engine.hijack import hijack
from composer.engine.reader import SocketReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from composer.engine.connect import Address
    from composer.engine.dialogue import Conversation, ExecRequest, ExitWait, Size

# Seconds of silence. Start and create can take long on a busy engine: giving up while it still works would
# leave containers that nobody knows of.
PATIENCE = 600
# From here on a terminal has its size from the beginning; before, it must be set after the start.
CONSOLE_SIZE_API = (1, 42)


class SocketTalk(SocketReader):
    """Thread-safe, as `SocketReader` is; each conversation belongs to one thread."""

    def create_exec(self, container: str, request: ExecRequest) -> str:
        body = exec_payload(request, self.info().api_version)
        return str(self._post(f"/containers/{wire.quote(container)}/exec", body=body)["Id"])

    def start_exec(self, exec_id: str, request: ExecRequest) -> Conversation:
        body: dict[str, Any] = {"Detach": False, "Tty": request.tty}
        if request.tty and request.size and self.info().api_version >= CONSOLE_SIZE_API:
            body["ConsoleSize"] = list(request.size)
        return hijack(self._address, self._api_path(f"/exec/{exec_id}/start"), body=body, tty=request.tty)

    def start_exec_detached(self, exec_id: str) -> None:
        self._post(f"/exec/{exec_id}/start", body={"Detach": True, "Tty": False})

    def exec_exit_code(self, exec_id: str) -> int | None:
        found = self._get(f"/exec/{exec_id}/json")
        code = found.get("ExitCode")
        return code if isinstance(code, int) and not found.get("Running") else None

    def resize_exec(self, exec_id: str, size: Size) -> None:
        self._post(f"/exec/{exec_id}/resize" + _size(size))

    def attach(self, container: str, *, stdin: bool, tty: bool, detach_keys: str = "") -> Conversation:
        wanted = {"stream": "1", "stdin": "1" if stdin else "", "stdout": "1", "stderr": "1", "detachKeys": detach_keys}
        path = f"/containers/{wire.quote(container)}/attach" + wire.query(wanted)
        return hijack(self._address, self._api_path(path), body=None, tty=tty)

    def resize(self, container: str, size: Size) -> None:
        self._post(f"/containers/{wire.quote(container)}/resize" + _size(size))

    def exit_of(self, container: str, *, removed: bool = False) -> ExitWait:
        condition = {"condition": "removed" if removed else "next-exit"}
        connection = self._stream(f"/containers/{wire.quote(container)}/wait" + wire.query(condition), method="POST")
        connection.set_timeout(None)
        return _ExitWait(self._address, connection)

    def _post(self, path: str, *, body: Mapping[str, Any] | None = None, seconds: float = PATIENCE) -> Any:
        """A call with a payload that the SDK's methods would rebuild, over the bare socket as every read is.

        So the first networks are made while the SDK is still being loaded.
        """
        return self._call("POST", path, body=body, seconds=seconds)

    def _call(self, method: str, path: str, *, body: Mapping[str, Any] | None = None, seconds: float = PATIENCE) -> Any:
        content = None if body is None else json.dumps(body).encode()
        response = wire.request(self._address, method, self._api_path(path), body=content, timeout=seconds)
        if response.status >= 400:
            raise refusal(response.status, words(response.body))
        return json.loads(response.body) if response.body.strip() else None


class _ExitWait:
    def __init__(self, address: Address, connection: wire.Connection) -> None:
        self._address = address
        self._connection = connection

    def fileno(self) -> int:
        return self._connection.fileno()

    def result(self) -> int:
        body = self._connection.receive_all()
        try:
            found = json.loads(body)
        except ValueError as error:
            raise broken(self._address, "nothing was said of the container's end") from error
        if trouble := (found.get("Error") or {}).get("Message"):
            raise refusal(0, trouble)
        return int(found["StatusCode"])

    def close(self) -> None:
        self._connection.close()


def exec_payload(request: ExecRequest, api_version: tuple[int, int]) -> dict[str, Any]:
    """The body of POST /containers/{id}/exec."""
    body: dict[str, Any] = {
        "Cmd": list(request.command),
        "Tty": request.tty,
        "AttachStdin": request.stdin and not request.detach,
        "AttachStdout": not request.detach,
        "AttachStderr": not request.detach,
        "Env": list(request.environment) or None,
        "User": request.user,
        "WorkingDir": request.working_dir,
        "Privileged": request.privileged,
        "DetachKeys": request.detach_keys,
    }
    if request.tty and request.size and api_version >= CONSOLE_SIZE_API:
        body["ConsoleSize"] = list(request.size)
    return body


def _size(size: Size) -> str:
    rows, columns = size
    return wire.query({"h": str(rows), "w": str(columns)})
