"""The most memory that a command takes: run below this small program, and not below the tests.

The kernel counts what a process held before it became the command, and that is a copy of whoever started it: a test
process of a hundred megabytes would hide everything. Standard streams pass through.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path


def reporting(command: Sequence[str], report: Path) -> tuple[str, ...]:
    """`command`, which writes its peak to `report` when it has ended."""
    return (sys.executable, "-S", __file__, str(report), *command)


def peak(report: Path) -> int:
    """In KiB."""
    return int(report.read_text())


def main(report: str, *command: str) -> int:
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    Path(report).write_text(str(usage.ru_maxrss))
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
