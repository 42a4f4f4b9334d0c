"""A docker plugin `model` for tests: a program that answers as one, and writes down how it was called."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

SERVED_AT = "http://127.0.0.1:12434/engines/v1/"
_PROGRAM = """#!{python}
import json, os, sys
verb = sys.argv[1]
if verb == "docker-cli-plugin-metadata":
    print(json.dumps({{"SchemaVersion": "0.1.0", "Vendor": "tests", "Version": "v1"}}))
    sys.exit()
with open({calls!r}, "a") as calls:
    print(*sys.argv[1:], file=calls)
print({said!r}.get(verb, ""), flush=True)
if verb in {failing!r}:
    print("out of luck", file=sys.stderr)
    sys.exit(3)
"""


def write_model_plugin(
    folder: Path, *, has: Collection[str] = (), failing: Collection[str] = (), said: Mapping[str, str] | None = None
) -> Path:
    """`folder`: of a Docker configuration. `has`: models that are there. `failing`: verbs that end with 3. `said`:
    other answers, by verb. Its calls are lines of `<path>.calls`."""
    path = folder / "cli-plugins" / "docker-model"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {
        "status": json.dumps({"running": True, "endpoint": SERVED_AT}),
        "ls": json.dumps([{"id": "sha256:1", "tags": sorted(has)}]),
        "pull": "half of it\nModel pulled",
    }
    path.write_text(
        _PROGRAM.format(
            python=sys.executable, calls=f"{path}.calls", said={**known, **(said or {})}, failing=set(failing)
        )
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def model_calls(path: Path) -> list[str]:
    """How the program was called so far, oldest first."""
    file = Path(f"{path}.calls")
    return file.read_text().splitlines() if file.exists() else []
