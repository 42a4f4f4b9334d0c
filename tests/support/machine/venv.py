"""Makes the virtual environment of the checkout and installs the package into it, editable.

Installs again only when `pyproject.toml` or the wanted extras change. Must not know engines.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from tests.support.machine import apt
from tests.support.machine.announce import SetUpError, say
from tests.support.machine.folders import CHECKOUT, VENV


def ensure(extras: str) -> Path:
    """The environment's Python, with the package and `extras` (`test,lint`, or nothing) installed."""
    python = VENV / "bin" / "python"
    stamp = VENV / "composer-installed"
    state = hashlib.sha256((CHECKOUT / "pyproject.toml").read_bytes() + sys.version.encode()).hexdigest()
    if python.exists() and _has(stamp, state, extras):
        return python
    make()
    target = f".[{extras}]" if extras else "."
    say(f"installing the package and what it needs into {VENV} (pip install -e '{target}')")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", target]
    if subprocess.run(pip, cwd=CHECKOUT, check=False).returncode:
        raise SetUpError("pip could not install the package; its message is above")
    stamp.write_text(f"{state} {extras}")
    return python


def _has(stamp: Path, state: str, extras: str) -> bool:
    """Whether this state of the project is installed with at least `extras`."""
    if not stamp.exists():
        return False
    installed_state, _, installed = stamp.read_text().partition(" ")
    return installed_state == state and set(extras.split(",")) <= {*installed.split(","), ""}


def make() -> None:
    say(f"making a virtual environment in {VENV}")
    command = [sys.executable, "-m", "venv", str(VENV)]
    if _quiet(command):
        return
    if not apt.usable():
        raise SetUpError("python3 -m venv does not work here: install your system's package for it")
    apt.install(["python3-venv"])
    if not _quiet([*command, "--clear"]):
        raise SetUpError("python3 -m venv does not work here, even with python3-venv installed")


def _quiet(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
