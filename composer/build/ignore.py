"""Ignore files: which one counts, and which patterns are in it.

`<Dockerfile>.dockerignore` beside the Dockerfile goes before `.dockerignore` in the context. Must not know: what the
patterns mean (`patterns`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from composer.build.patterns import cleaned
from composer.errors import ComposerError

NAME = ".dockerignore"


def read_ignore(context: Path, dockerfile: Path | None = None) -> tuple[str, ...]:
    """The patterns for the folder `context`, () without an ignore file. Raises ComposerError if one cannot be read.

    `dockerfile`: the full path, None when there is none (an inline one).
    """
    candidates = [context / NAME] if dockerfile is None else [Path(f"{dockerfile}{NAME}"), context / NAME]
    for candidate in candidates:
        try:
            return tuple(parse_ignore(candidate.read_text(encoding="utf-8", errors="surrogateescape")))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise ComposerError(f"cannot read {candidate}: {error.strerror}") from error
    return ()


def parse_ignore(text: str) -> Iterator[str]:
    """One pattern a line; `#` in the first column begins a comment. A leading `/` changes nothing."""
    for line in text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").split("\n"):
        pattern = line.strip()
        if line.startswith("#") or not pattern:
            continue
        sign = "!" if pattern.startswith("!") else ""
        pattern = pattern[len(sign) :].strip()
        if pattern:
            pattern = cleaned(pattern)
            pattern = pattern[1:] if len(pattern) > 1 and pattern.startswith("/") else pattern
        yield sign + pattern
