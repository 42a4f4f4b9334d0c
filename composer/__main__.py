"""The process: `composer …` and `python -m composer`.

Owns the fast path for `version` (no other module is loaded for it), the translation of expected
errors to text and exit status, and the last resort for defects. Nothing else calls `sys.exit`.
"""

from __future__ import annotations

import sys

from composer import __version__
from composer.cli import VERSION_TEXT

# What scripts ask most often for the version, word by word; anything else takes the ordinary way.
_VERSION_CALLS: dict[tuple[str, ...], str] = {
    ("version",): VERSION_TEXT,
    ("--version",): VERSION_TEXT,
    ("-v",): VERSION_TEXT,
    ("version", "--short"): __version__,
}


def main() -> None:
    """Console script: runs the command line and exits with its status."""
    arguments = sys.argv[1:]
    known = _VERSION_CALLS.get(tuple(arguments))
    if known is not None:
        sys.stdout.write(known + "\n")
        return
    import gc  # noqa: PLC0415 - not needed for the fast path

    gc.disable()  # start-up makes many lasting objects and no garbage: collecting them costs a tenth of it
    from composer.cli.app import run  # noqa: PLC0415 - the fast path above must not pay for it

    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
