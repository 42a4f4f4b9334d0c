"""One command at a time changes a project: a lock per engine and project, between the processes of one user.

A lock of the operating system (`flock`) on a small file: it is free as soon as its holder ends, however that
happens, so it cannot go stale. The file says who holds it. Waiting is a blocked call in a thread, not a poll, so
that a time limit and Ctrl-C both end it. Must not know: plans, verbs beyond their names, the environment.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from composer.digest import sha256_hex
from composer.errors import ProjectBusy
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_KEPT = 200  # bytes of the file that are read


@value()
class Holder:
    """Who changes the project now. `pid` 0: not known (it has only just begun)."""

    pid: int = 0
    verb: str = ""

    def __str__(self) -> str:
        return f"`composer {self.verb}`, process {self.pid}" if self.pid else "another composer"


def lock_file(environment: Mapping[str, str], *, address: str, project: str) -> str:
    """The lock's path: below XDG_RUNTIME_DIR, else in a folder of the user's own in the temporary directory.

    `address`: the engine's; a socket that links lead to is taken for what it is.
    """
    if address.startswith("unix://"):
        address = "unix://" + os.path.realpath(address.removeprefix("unix://"))
    name = sha256_hex(f"{address}\n{project}".encode())[:32]
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    if runtime and os.access(runtime, os.W_OK):
        return f"{runtime}/composer/{name}.lock"
    return f"{environment.get('TMPDIR') or '/tmp'}/composer-{os.getuid()}/{name}.lock"  # noqa: S108 - see `_open`


class ProjectLock:
    """Not re-entrant. `verb`: told to those who wait meanwhile."""

    def __init__(self, file: str, *, project: str, verb: str) -> None:
        self._file = file
        self._project = project
        self._verb = verb
        self._held: int | None = None

    def acquire(self, *, timeout: float | None = None, on_wait: Callable[[Holder], object] | None = None) -> Self:
        """Takes the lock; `on_wait` hears once who has it when it is not free. `timeout` in seconds: 0 does not
        wait, None waits for ever. Raises ProjectBusy when it is not free in time."""
        descriptor = _open(self._file)
        if descriptor is None:
            return self  # no place for a lock: rather none than no work
        if not _take(descriptor, wait=False):
            holder = _holder(descriptor)
            if timeout == 0:
                os.close(descriptor)
                raise self._busy(holder, timeout)
            if not _Waiting(descriptor).wait(timeout, tell=lambda: on_wait(holder) if on_wait is not None else None):
                raise self._busy(_holder_in(self._file) or holder, timeout)
        self._held = descriptor
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()} {self._verb}\n".encode(), 0)
        return self

    def release(self) -> None:
        """Also when it is not held: harmless."""
        descriptor, self._held = self._held, None
        if descriptor is not None:
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
            os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _busy(self, holder: Holder, timeout: float | None) -> ProjectBusy:
        waited = f" and was not done after {timeout:g}s" if timeout else ""
        return ProjectBusy(
            f'project "{self._project}" is being changed by {holder}{waited}',
            hint="try again when it has ended; COMPOSER_LOCK_TIMEOUT says how many seconds to wait for it",
        )


class _Waiting:
    """A thread that blocks until the lock is its own. If nobody wants it any more by then, it lets go again."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._decided = threading.Lock()
        self._taken = False
        self._given_up = False

    def wait(self, timeout: float | None, *, tell: Callable[[], object]) -> bool:
        """Has the lock been taken? False after `timeout` seconds. Raises KeyboardInterrupt on Ctrl-C, which is taken
        from a descriptor from before `tell` on: one that comes just before the main thread blocks would wake nobody
        up."""
        import signal  # noqa: PLC0415 - as the next
        from select import select  # noqa: PLC0415 - only for those who wait

        from composer.execute.signals import Signals  # noqa: PLC0415

        source, self._sink = os.pipe()
        try:
            with Signals((signal.SIGINT,)) as signals:
                tell()
                threading.Thread(target=self._block, name="composer-lock", daemon=True).start()
                listened = [signals.fileno()] if signals.fileno() >= 0 else []
                select([source, *listened], [], [], timeout)
                interrupted = bool(listened and signals.taken())
        finally:
            with self._decided:
                self._given_up = not self._taken
                os.close(source)
                os.close(self._sink)
        if interrupted:
            if self._taken:
                os.close(self._descriptor)
            raise KeyboardInterrupt
        return not self._given_up

    def _block(self) -> None:
        _take(self._descriptor, wait=True)
        with self._decided:
            if self._given_up:
                os.close(self._descriptor)
            else:
                self._taken = True
                os.write(self._sink, b".")


def _open(file: str) -> int | None:
    """The lock's file, made if need be, in a folder that only its owner may change; None where that is not possible."""
    try:
        folder = os.path.dirname(file)  # noqa: PTH120 - pathlib would be loaded for this
        os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103
        if os.lstat(folder).st_uid != os.getuid():
            return None
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        return None


def _take(descriptor: int, *, wait: bool) -> bool:
    import fcntl  # noqa: PLC0415 - not on every system

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder_in(file: str) -> Holder | None:
    try:
        with open(file, "rb") as content:  # noqa: PTH123
            return _parse(content.read(_KEPT))
    except OSError:
        return None


def _holder(descriptor: int) -> Holder:
    return _parse(os.pread(descriptor, _KEPT, 0)) or Holder()


def _parse(content: bytes) -> Holder | None:
    pid, _, verb = content.decode(errors="replace").strip().partition(" ")
    return Holder(int(pid), verb) if pid.isdecimal() else None
