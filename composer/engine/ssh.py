"""An engine behind `ssh://`: one ssh process that forwards the engine's socket, shared by every connection.

One process, not one per connection (as `docker system dial-stdio` would need): a command makes dozens of
connections, and a handshake each would cost more than all the rest. The engine's machine needs no docker program.
ssh lives as long as the pipe to its standard input: when this process ends, however it does, ssh ends and the
folder of the socket goes. Must not know: what is sent.
"""

from __future__ import annotations

import atexit
import subprocess
from threading import Lock
from typing import TYPE_CHECKING

from composer.errors import EngineUnreachable

if TYPE_CHECKING:
    from composer.engine.connect import Address

READY = b"composer-ready"
# ssh sets up the forwarding before it starts the command, so its first word says that the socket is there.
_REMOTE = f"echo {READY.decode()}; exec cat >/dev/null"
# The folder goes with ssh, whoever ends first.
_LOCAL = 'ssh "$@"; status=$?; rm -rf "$0"; exit $status'
_OPTIONS = ("ExitOnForwardFailure=yes", "StreamLocalBindUnlink=yes", "ConnectTimeout=15", "ControlPath=none")
_FOUND: dict[Address, str] = {}
_ASKING = Lock()


def local_socket(address: Address) -> str:
    """The path of a socket that leads to the engine; the first call starts ssh. Raises EngineUnreachable."""
    with _ASKING:
        path = _FOUND.get(address)
        if path is None:
            path = _FOUND[address] = _forward(address)
    return path


def command(address: Address, local: str) -> tuple[str, ...]:
    """What ssh is called with."""
    options = [part for option in _OPTIONS for part in ("-o", option)]
    port = ["-p", str(address.port)] if address.port else []
    return ("-T", *options, *port, "-L", f"{local}:{address.path}", "--", address.host, _REMOTE)


def _forward(address: Address) -> str:
    import tempfile  # noqa: PLC0415 - only for ssh

    folder = tempfile.mkdtemp(prefix="composer-ssh-")
    local = f"{folder}/engine.sock"
    complaints = f"{folder}/stderr"
    with open(complaints, "wb") as told:  # noqa: PTH123 - no need for pathlib
        process = subprocess.Popen(
            ("sh", "-c", _LOCAL, folder, *command(address, local)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=told,
            start_new_session=True,  # Ctrl-C is for us: the way to the engine is needed to the end
        )
    reading = open(complaints, "rb")  # noqa: SIM115, PTH123 - before the folder goes
    with reading:
        first = process.stdout.readline() if process.stdout else b""
        if first.strip() == READY:
            atexit.register(_let_go, process)
            return local
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        status = process.wait()
        words = reading.read().decode(errors="replace").strip().splitlines()
    why = words[-1].strip() if words else f"ssh ended with status {status}"
    raise EngineUnreachable(
        f"cannot reach the Docker Engine at {address} (from {address.origin}): {why}",
        hint=f"does `ssh {address.host}` work without a password, and is {address.path} there?",
    )


def _let_go(process: subprocess.Popen[bytes]) -> None:
    """At the end of this process; ssh would notice by itself as well."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.wait()
