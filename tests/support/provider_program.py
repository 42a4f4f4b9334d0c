"""A provider for tests: a program that answers as one, and writes down how it was called.

Made by `write_provider`; what it says is given as messages, one JSON object a line.
"""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_PROGRAM = """#!{python}
import os, sys
with open({calls!r}, "a") as calls:
    print(*sys.argv[1:], os.environ.get("SEEN", "-"), file=calls)
if sys.argv[1:3] == ["compose", "metadata"]:
    sys.stdout.write({metadata!r})
    sys.exit(0 if {metadata!r} else 1)
verb = next(word for word in sys.argv[2:] if not word.startswith("-"))
sys.stdout.write({said!r}.get(verb, ""))
sys.stdout.flush()
sys.stderr.write({complaint!r})
sys.exit({code!r})
"""


def write_provider(
    path: Path,
    *,
    up: Iterable[tuple[str, str]] = (),
    down: Iterable[tuple[str, str]] = (),
    metadata: Any = None,
    complaint: str = "",
    code: int = 0,
) -> Path:
    """`up` and `down`: (type, message) in order. Its calls are lines of `<path>.calls`: arguments and $SEEN."""
    said = {verb: "".join(_message(*told) for told in messages) for verb, messages in (("up", up), ("down", down))}
    path.write_text(
        _PROGRAM.format(
            python=sys.executable,
            calls=f"{path}.calls",
            metadata=json.dumps(metadata) if metadata else "",
            said=said,
            complaint=complaint,
            code=code,
        )
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def calls_of(path: Path) -> list[str]:
    """How the program was called so far, oldest first."""
    file = Path(f"{path}.calls")
    return file.read_text().splitlines() if file.exists() else []


def _message(kind: str, text: str) -> str:
    return json.dumps({"type": kind, "message": text}) + "\n"
