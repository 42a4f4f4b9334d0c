"""An engine of its own that a test can restart, and whose disk is so small that it can be filled.

The engine's data stands on a tmpfs of this process; only root can make one, and only where `dockerd` is at hand.
Containers on it reach no network but those a project makes: the default one is another engine's. Must not know: what
a test does with it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.support.machine import daemon, images, namespace

MIB = 1 << 20


class SmallDisk:
    """`address`: the engine's, for DOCKER_HOST; `engine`: its client; `data`: the folder that fills. Made in `scratch`
    by `small_disk`."""

    def __init__(self, program: str, scratch: Path) -> None:
        self.address = f"unix://{scratch}/docker.sock"
        self.data = scratch / "data"
        self._command = _command(program, scratch, self.data)
        self._scratch = scratch
        self._ballast = self.data / "ballast"
        self.start()
        self.engine = docker.APIClient(self.address, version="auto", timeout=60)

    def start(self) -> None:
        log = self._scratch / "engine.log"
        with log.open("a") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=namespace.die_with_parent,  # noqa: PLW1509  (no threads of ours matter to it)
            )
        try:
            daemon.await_answer(self._process, self._scratch / "docker.sock", log)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Its containers stop with it."""
        daemon.stop(self._process, self._scratch)

    @property
    def free(self) -> int:
        """Bytes."""
        found = os.statvfs(self.data)
        return found.f_bavail * found.f_frsize

    def fill(self, *, leaving: int = 0) -> None:
        """All but `leaving` bytes are used up. What the engine writes meanwhile may leave less than was free."""
        self.make_room()
        with self._ballast.open("wb") as ballast:
            while (size := self.free - leaving) > 0:
                try:
                    os.posix_fallocate(ballast.fileno(), 0, size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                else:
                    return

    def make_room(self) -> None:
        self._ballast.unlink(missing_ok=True)


@contextlib.contextmanager
def small_disk(size: int) -> Iterator[SmallDisk]:
    """`size` in bytes; busybox, with its two megabytes, is there. Skips the test where it cannot be had."""
    program = shutil.which("dockerd")
    if os.geteuid() != 0 or program is None:
        pytest.skip("an engine on a small disk of its own needs root, and dockerd on PATH")
    with contextlib.ExitStack() as cleanup:
        # Short: the path of a unix socket may have 107 characters.
        scratch = Path(tempfile.mkdtemp(prefix="composer-small-"))
        cleanup.callback(daemon.discard, scratch)
        data = scratch / "data"
        data.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", data], check=False).returncode:
            pytest.skip("no file system can be mounted here")
        disk = SmallDisk(program, scratch)
        cleanup.callback(disk.stop)
        cleanup.callback(disk.engine.close)
        images.ensure_busybox(disk.engine, registry=False)
        yield disk


def _command(program: str, scratch: Path, data: Path) -> list[str]:
    options = {
        "--data-root": data,
        "--exec-root": scratch / "run",
        "--pidfile": scratch / "docker.pid",
        "--host": f"unix://{scratch}/docker.sock",
        # docker0 and the rules of the firewall belong to the other engine here; `--bridge=none` would delete the first.
        "--iptables": "false",
        "--ip6tables": "false",
        "--default-address-pool": "base=10.240.0.0/16,size=24",
        "--shutdown-timeout": 5,
    }
    return [program, *(f"{name}={value}" for name, value in options.items())]
