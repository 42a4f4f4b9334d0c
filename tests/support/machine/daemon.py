"""A private Docker Engine: own data, own socket, own pid; started here and stopped by that pid.

Its data folder is kept between runs (images stay), one run at a time: a second run takes the next folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.support.machine import namespace
from tests.support.machine.announce import SetUpError, say
from tests.support.machine.folders import cache

START_SECONDS = 60
STOP_SECONDS = 30
AT_ONCE = 16  # private engines of one kind


@dataclass(frozen=True)
class Slot:
    """One data folder, held by a lock for as long as `held` stays open."""

    number: int
    data: Path
    held: IO[str]


@contextlib.contextmanager
def running(kind: str, environment: dict[str, str], *, own_network: bool) -> Iterator[str]:
    """Run a private engine; yields its address (`unix://…`). `environment` decides which dockerd is found."""
    slot = _take_slot(kind)
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(slot.held.close)
        # Short: the path of a unix socket may have 107 characters.
        scratch = Path(tempfile.mkdtemp(prefix="composer-engine-"))
        cleanup.callback(discard, scratch)
        address = f"unix://{scratch}/docker.sock"
        log = (cache() / f"engine-{kind}-{slot.number}.log").open("w")
        cleanup.callback(log.close)
        command = _command(slot, scratch, own_network=own_network)
        engine = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
            preexec_fn=namespace.die_with_parent,  # noqa: PLW1509  (no threads here yet)
        )
        cleanup.callback(stop, engine, scratch)
        await_answer(engine, scratch / "docker.sock", Path(log.name))
        say(f"a private engine ({kind}) answers at {address}; it is stopped at the end")
        yield address


def _command(slot: Slot, scratch: Path, *, own_network: bool) -> list[str]:
    options = {
        "--data-root": slot.data,
        "--exec-root": scratch / "run",
        "--pidfile": scratch / "docker.pid",
        "--host": f"unix://{scratch}/docker.sock",
        # A containerd of the system would be used, and shared with the system's own engine, if it runs.
        "--containerd-namespace": f"composer-{slot.number}",
        "--containerd-plugins-namespace": f"composer-plugins-{slot.number}",
        "--default-address-pool": f"base=10.{210 + slot.number}.0.0/16,size=24",
        "--shutdown-timeout": 5,
    }
    if not own_network:
        options["--bridge"] = "none"  # docker0 belongs to the machine's own engine
    return ["dockerd", *(f"{name}={value}" for name, value in options.items())]


def _take_slot(kind: str) -> Slot:
    for number in range(AT_ONCE):
        data = cache() / f"engine-{kind}-{number}"
        data.mkdir(exist_ok=True)
        held = (cache() / f"engine-{kind}-{number}.lock").open("w")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held.close()
            continue
        _forget_containers(data)
        return Slot(number=number, data=data, held=held)
    raise SetUpError(f"{AT_ONCE} private engines run already (locks in {cache()})")


def _forget_containers(data: Path) -> None:
    """Containers, networks and volumes of a run that was killed; images stay."""
    for folder in ("containers", "network", "volumes"):
        shutil.rmtree(data / folder, ignore_errors=True)


def await_answer(engine: subprocess.Popen[bytes], path: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and engine.poll() is None:
        if answers(path):
            return
        time.sleep(0.1)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
    raise SetUpError(f"the private engine did not start; the end of {log}:\n{tail}")


def answers(path: Path) -> bool:
    """Whether an engine answers a ping at this unix socket."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(path))
            connection.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
            return b" 200 " in connection.recv(64)
    except OSError:
        return False


def stop(engine: subprocess.Popen[bytes], scratch: Path) -> None:
    engine.terminate()
    try:
        engine.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        engine.kill()
        engine.wait()
        pid = scratch / "run" / "containerd" / "containerd.pid"
        with contextlib.suppress(OSError, ValueError):
            os.kill(int(pid.read_text()), signal.SIGTERM)


def discard(scratch: Path) -> None:
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for mount in sorted((m for m in mounts if m.startswith(f"{scratch}/")), reverse=True):
        subprocess.run(["umount", "--lazy", mount], capture_output=True, check=False)
    shutil.rmtree(scratch, ignore_errors=True)
