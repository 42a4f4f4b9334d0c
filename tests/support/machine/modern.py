"""A newer Docker Engine and docker compose, unpacked beside the machine's own packages, not installed.

They come from a newer Debian suite; runc and docker-init stay the machine's own, for their libc.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.support.machine import apt
from tests.support.machine.announce import SetUpError, say
from tests.support.machine.folders import cache

SUITE = "forky"
PACKAGES = ["docker.io", "docker-cli", "docker-compose", "docker-buildx", "containerd"]
PROGRAMS = ["usr/sbin/dockerd", "usr/sbin/docker-proxy", "usr/bin/docker", "usr/bin/containerd"]
PROGRAMS += ["usr/bin/containerd-shim-runc-v2"]
PLUGINS = "usr/libexec/docker/cli-plugins"


def ensure() -> Path:
    """The folder with `bin/` (engine and client) and `config/cli-plugins/` (compose, buildx). Raises SetUpError."""
    home = cache() / f"modern-{SUITE}"
    if (home / "bin" / "dockerd").exists():
        return home
    if apt.release("ID") != "debian":
        raise SetUpError("the modern engine is taken from Debian's packages; here use ENGINE=found")
    say(f"downloading Debian {SUITE}'s {' '.join(PACKAGES)} (90 MB), unpacked to {home}, not installed")
    with tempfile.TemporaryDirectory(dir=cache()) as folder:
        root = Path(folder) / "root"
        for package in apt.download(PACKAGES, suite=SUITE, into=Path(folder) / "packages"):
            subprocess.run(["dpkg-deb", "--extract", str(package), str(root)], check=True)
        ready = Path(folder) / "ready"
        (ready / "bin").mkdir(parents=True)
        for program in PROGRAMS:
            shutil.move(root / program, ready / "bin")
        shutil.copytree(root / PLUGINS, ready / "config" / "cli-plugins")
        ready.rename(home)
    return home
