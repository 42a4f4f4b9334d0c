"""Debian's or Ubuntu's own image registry, unpacked beside the machine's packages, not installed.

Installed it would start as a service. Must not know: who runs it (`tests.support.real_registry`).
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.support.machine import apt
from tests.support.machine.announce import SetUpError, say
from tests.support.machine.folders import cache

PACKAGE = "docker-registry"


def found() -> Path | None:
    """The program, if it was unpacked before or the machine has one."""
    kept = cache() / PACKAGE
    if kept.exists():
        return kept
    own = shutil.which(PACKAGE)
    return Path(own) if own else None


def ensure() -> Path | None:
    """The program, downloaded if need be; None where it cannot be had (said once)."""
    if (program := found()) is not None:
        return program
    if not apt.usable():
        return None
    say(f"downloading {PACKAGE}, unpacked to {cache()}, not installed")
    try:
        with tempfile.TemporaryDirectory(dir=cache()) as folder:
            suite = apt.release("VERSION_CODENAME")
            root = Path(folder) / "root"
            components = "universe" if apt.release("ID") == "ubuntu" else "main"
            packages = Path(folder) / "packages"
            for package in apt.download([PACKAGE], suite=suite, into=packages, components=components):
                subprocess.run(["dpkg-deb", "--extract", str(package), str(root)], check=True)
            (root / "usr" / "bin" / PACKAGE).rename(cache() / PACKAGE)
    except SetUpError as error:
        say(f"no image registry: {error}")
        return None
    return cache() / PACKAGE
