"""The main job on the real example: up with the live view, fetch the page, ps, logs, down with nothing left.

Started by `examples/demo`, which has found an engine and put `composer` on PATH.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

STACK = Path(__file__).resolve().parent / "stack"
PAGE = f"http://127.0.0.1:{os.environ.get('GUESTBOOK_PORT', '18090')}/"


def composer(*arguments: str) -> None:
    """Run one command in the stack's folder, showing it as one would type it."""
    print(f"\n$ composer {' '.join(arguments)}", flush=True)
    subprocess.run(["composer", *arguments], cwd=STACK, check=True)


def fetch(address: str) -> None:
    print(f"\n$ curl {address}", flush=True)
    with urllib.request.urlopen(address, timeout=30) as answer:
        print(answer.read().decode(), end="")


def main() -> int:
    started = time.monotonic()
    try:
        composer("up", "-d", "--wait")
        fetch(PAGE)
        fetch(f"{PAGE}api/entries")
        composer("ps")
        composer("logs", "-n", "2")
        composer("up", "-d")
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"the demonstration failed: {error}", file=sys.stderr)
        return 1
    finally:
        composer("down", "--volumes")
    print(f"\nUp, used and down again in {time.monotonic() - started:.1f} seconds; nothing is left.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
