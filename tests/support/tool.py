"""The two programs under comparison, run as a user runs them: composer and docker compose.

Owns the subprocess and what came back. Must not know what a test expects.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 90.0


@dataclass(frozen=True, slots=True)
class Ran:
    """One command and its result."""

    command: tuple[str, ...]
    code: int
    stdout: str
    stderr: str
    seconds: float

    def __str__(self) -> str:
        told = [f"$ {' '.join(self.command)}    → exit {self.code} after {self.seconds:.1f} s"]
        for name, text in (("stdout", self.stdout), ("stderr", self.stderr)):
            told += [f"  {name}: {line}" for line in text.splitlines()[-40:]]
        return "\n".join(told)


@dataclass(frozen=True, slots=True)
class Tool:
    """A program with the reference's command line."""

    name: str
    command: tuple[str, ...]

    def run(self, arguments: Sequence[str], *, cwd: Path, environment: Mapping[str, str], stdin: str = "") -> Ran:
        command = (*self.command, *arguments)
        started = time.monotonic()
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Ran(command, done.returncode, done.stdout, done.stderr, time.monotonic() - started)

    def start(self, arguments: Sequence[str], *, cwd: Path, environment: Mapping[str, str]) -> subprocess.Popen[str]:
        """Begin a command that goes on, in a session of its own, both streams in one pipe."""
        return subprocess.Popen(
            (*self.command, *arguments),
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def _console_script() -> str:
    """The `composer` of the environment the tests run in."""
    return str(Path(sys.executable).parent / "composer")


COMPOSER = Tool("composer", (_console_script(),))
PEER = Tool("docker compose", ("docker", "compose"))


CHANGING = ("COMPOSE_", "COMPOSER_", "COV_", "BUILDKIT_", "BUILDX_", "DOCKER_BUILDKIT", "DOCKER_DEFAULT_PLATFORM")


def clean_environment(**extra: str) -> dict[str, str]:
    """The test's environment without the variables that would change what either tool does. `CI` is one: where it
    is set, a terminal shows nothing that moves, and no menu."""
    kept = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith(CHANGING)}
    state = str(Path(tempfile.gettempdir()) / "composer-test-state")
    return {**kept, "NO_COLOR": "1", "XDG_STATE_HOME": state, **extra}
