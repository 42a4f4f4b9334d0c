"""An engine's socket with another in front of it that a test can take away, as a restart of the engine does."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

PIECE = 1 << 16


class Proxy:
    """Passes connections on to `target` until `cut`, and again after `restore`."""

    def __init__(self, path: Path, target: str) -> None:
        self.path = path
        self._target = target
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener: socket.socket | None = None

    @property
    def address(self) -> str:
        return f"unix://{self.path}"

    def restore(self) -> None:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self.path))
        listener.listen(64)
        self._listener = listener
        self._run(self._accept, listener)

    def cut(self) -> None:
        """Every connection breaks, and nobody answers any more."""
        self.path.unlink(missing_ok=True)
        listener, self._listener = self._listener, None
        for sock in [listener, *self._open] if listener else self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for sock in [listener, *self._open] if listener else self._open:
            sock.close()
        self._open.clear()
        self._threads.clear()

    def _run(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                engine = socket.socket(socket.AF_UNIX)
                self._open += [client, engine]
                engine.connect(self._target)
                self._run(_pass_on, client, engine)
                self._run(_pass_on, engine, client)


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(PIECE):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def in_front_of_the_engine(folder: Path) -> Iterator[Proxy]:
    """Before the engine that DOCKER_HOST names (a unix socket; else the default one)."""
    host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    proxy = Proxy(folder / "engine.sock", host.removeprefix("unix://"))
    proxy.restore()
    try:
        yield proxy
    finally:
        proxy.cut()
