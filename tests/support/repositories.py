"""Git repositories under addresses of the network, though they lie on this disk: git itself is told where."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.absent import absent

HOST = "https://git.example/"


def make_repository(folder: Path, name: str, files: Mapping[str, str]) -> str:
    """The commit that holds `files`, on `main` and as the tag `v1`; `HOST` + `name` + `.git` leads there."""
    if shutil.which("git") is None:
        absent("git is not installed")
    made = folder / f"{name}.git"
    for path, text in files.items():
        file = made / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    _git(made, "init", "--quiet", "--initial-branch=main")
    _git(made, "add", "--all")
    _git(made, "-c", "user.name=t", "-c", "user.email=t@example", "commit", "--quiet", "--message=files")
    _git(made, "tag", "--force", "v1")
    return _git(made, "rev-parse", "HEAD")


def leading_to(folder: Path) -> dict[str, str]:
    """The variables by which git finds the repositories of `folder`."""
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{folder}/.insteadOf",
        "GIT_CONFIG_VALUE_0": HOST,
    }


def _git(folder: Path, *arguments: str) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder.parent)}
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()
