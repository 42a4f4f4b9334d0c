"""The operating system's word that files changed, as batches of paths on a queue.

By the package watchfiles; a slow look every now and then where the system has no such word to give (network and
shared folders) or no more room for watches. Must not know: rules, what follows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from composer.errors import ComposerError
from composer.values import value

QUIET = 30  # ms without news that end a batch
LONGEST = 300  # ms until a batch is told, however much more comes
LOOK_EVERY = 300  # ms, where changes are not told
TURN = 1000  # ms of a call without news
# File systems whose other side changes files without this kernel's knowing.
UNTOLD = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.grpcfuse", "fuse.osxfs"),
        *("vboxsf", "prl_fs", "virtiofs", "afs", "ncpfs"),
    }
)


@value()
class Noticed:
    """Absolute paths, each once."""

    paths: frozenset[str]


@value()
class Blind:
    """Nothing more will be noticed."""

    error: ComposerError


class Notices:
    """Watches from the moment it is made, tells from `start` on, until `close`.

    A folder is watched with all in it; when it is moved away and another takes its place, that one is. A file is
    watched through its folder, since editors put a new file in the place of the old one. What is not there yet is
    waited for, if need be in the nearest folder above that is: a word about that folder's part of the way is told.
    """

    def __init__(self, paths: Iterable[str], put: Callable[[Noticed | Blind], object], *, polls: bool) -> None:
        """Raises ComposerError when `paths` cannot be watched."""
        self._watched = frozenset(paths)
        self._put = put
        self.polls = polls
        self._running = False
        parents = {str(Path(path).parent) for path in self._watched}
        self._above = sorted(_nearest(path) for path in parents if not Path(path).is_dir())
        self._deep = self._source(self._folders(), put, deep=True)
        self._near = self._source(sorted(path for path in parents if Path(path).is_dir()), self._on_near, deep=False)

    def _folders(self) -> list[str]:
        return [*(path for path in sorted(self._watched) if Path(path).is_dir()), *self._above]

    def start(self) -> None:
        self._running = True
        self._deep.start()
        self._near.start()

    def close(self) -> None:
        self._running = False
        self._near.close()
        self._deep.close()

    def _on_near(self, news: Noticed | Blind) -> None:
        """What happened in the folders above: only what we watch counts."""
        if isinstance(news, Blind):
            self._put(news)
            return
        ours = news.paths & self._watched
        if self._running and any(path in self._deep.paths or Path(path).is_dir() for path in ours):
            self._deep.close()
            self._deep = self._source(self._folders(), self._put, deep=True)
            self._deep.start()
        if ours:
            self._put(Noticed(frozenset(ours)))

    def _source(self, paths: list[str], put: Callable[[Noticed | Blind], object], *, deep: bool) -> _Source:
        try:
            return _Source(paths, put, polls=self.polls, deep=deep)
        except OSError as error:
            if self.polls or "limit" not in str(error).lower():
                raise ComposerError(f"cannot watch {', '.join(paths)}: {error}") from error
            self.polls = True
            return _Source(paths, put, polls=True, deep=deep)


class _Source:
    """One stream of the system's news, listened to by a thread."""

    def __init__(self, paths: list[str], put: Callable[[Noticed | Blind], object], *, polls: bool, deep: bool) -> None:
        from watchfiles._rust_notify import RustNotify  # noqa: PLC0415 - only watching pays for it

        self.paths = frozenset(paths)
        self._put = put
        self._end = threading.Event()
        # debug, polls, pause between two looks (ms), folders in folders, unreadable ones are passed over
        self._notify = RustNotify(paths, False, polls, LOOK_EVERY, deep, True)
        self._thread = threading.Thread(target=self._listen, name="file events", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()
        self._notify.close()

    def _listen(self) -> None:
        while not self._end.is_set():
            try:
                changes = self._notify.watch(LONGEST, QUIET, TURN, self._end)
            except (OSError, RuntimeError) as error:
                self._put(Blind(ComposerError(f"file events ended: {error}")))
                return
            if isinstance(changes, set):
                self._put(Noticed(frozenset(path for _, path in changes)))


def _nearest(path: str) -> str:
    """The lowest folder above `path` that is there. Raises ComposerError when a file is in the way."""
    above = next(parent for parent in Path(path).parents if parent.exists())
    if not above.is_dir():
        raise ComposerError(f"cannot watch below {path}: {above} is no folder")
    return str(above)


def needs_polling(paths: Iterable[str], environment: Mapping[str, str], mounts: str) -> bool:
    """`COMPOSER_WATCH_POLL`, or a path on a file system of `UNTOLD`. `mounts`: the text of /proc/self/mountinfo."""
    if environment.get("COMPOSER_WATCH_POLL", "").lower() in ("1", "true", "yes"):
        return True
    return any(_kind_at(path, mounts) in UNTOLD for path in paths)


def mounts_here() -> str:
    try:
        return Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _kind_at(path: str, mounts: str) -> str:
    """The file system's name at `path`: that of the longest mount point that holds it."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = fields[4].encode().decode("unicode_escape").rstrip("/")
        if (path == point or path.startswith(point + "/")) and len(point) >= best:
            best, kind = len(point), after.split(" ")[0]
    return kind
