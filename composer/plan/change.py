"""One changed key of an object's configuration, in the file's terms. A credential is never in it.

Pure. Must not know: how a difference is found (`differences`), files and lines.
"""

from __future__ import annotations

from collections.abc import Iterable

from composer.values import value


@value()
class Change:
    """One changed key. `path` below the object: `environment.LOG`. `before` and `after`: the values as text, None for
    not set (both None: it only is another). `hidden`: they are credentials, and None. `is_open`: what it was is not
    known."""

    path: str
    before: str | None = None
    after: str | None = None
    hidden: bool = False
    is_open: bool = False

    @property
    def text(self) -> str:
        """`environment.LOG info → debug`, `ports + 80:80/tcp`, `environment.TOKEN (changed)`."""
        if self.hidden or (self.before is None and self.after is None and not self.is_open):
            return f"{self.path} (changed)"
        if self.is_open:
            return f"{self.path} → {self.after}" if self.after is not None else f"{self.path} removed"
        if self.before is None:
            return f"{self.path} + {self.after}" if self.after else f"{self.path} added"
        if self.after is None:
            return f"{self.path} - {self.before}" if self.before else f"{self.path} removed"
        return f"{self.path} {self.before or '(empty)'} → {self.after or '(empty)'}"


Changes = tuple[Change, ...]


def changes_text(changes: Iterable[Change]) -> str:
    """All of them, for one line."""
    return "; ".join(change.text for change in changes)
