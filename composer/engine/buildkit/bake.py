"""A build by `docker buildx bake`, for what Composer does not serve: a program is run, its progress read.

Must not know: when that is needed (`plan.handover`).
"""

from __future__ import annotations

import base64
import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from composer.build.bake import bake_target
from composer.engine.buildkit.failure import TAIL
from composer.engine.port import BuildOutput, BuildTransfer, BuildUpdate, BuildVertex, BuildWarning
from composer.errors import BuildFailed, ComposerError

if TYPE_CHECKING:
    from composer.plan.recipe import Recipe

TARGET = "image"
PROGRAM = ("docker", "buildx")
MICROSECOND = 1000


class BakeBuild:
    """A `BuildStream`. `reason`: why it is handed over, which is told first."""

    def __init__(self, recipe: Recipe, *, reason: str, builder: str, environment: Mapping[str, str]) -> None:
        """Raises ComposerError when there is no docker buildx."""
        _need_buildx(reason, environment)
        self.image = ""
        self._reason = reason
        self._tail: list[str] = []
        self._folder = tempfile.TemporaryDirectory(prefix="composer-build-")
        self._metadata = Path(self._folder.name) / "metadata.json"
        self._process = subprocess.Popen(
            self._command(recipe, builder),
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        document = {"target": {TARGET: bake_target(recipe)}}
        with suppress(OSError):  # it has ended already: its words tell why
            _pipe(self._process.stdin).write(json.dumps(document))
            _pipe(self._process.stdin).close()

    def __iter__(self) -> Iterator[BuildUpdate]:
        """Raises BuildFailed."""
        yield BuildVertex("handover", f"[docker buildx bake] {self._reason}", started=0, completed=0)
        try:
            for line in _pipe(self._process.stderr):
                yield from self._updates(line)
            if self._process.wait():
                raise self._failed()
            self.image = self._built()
        finally:
            self.close()

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stderr):
            if pipe is not None:
                pipe.close()
        self._folder.cleanup()

    def _command(self, recipe: Recipe, builder: str) -> tuple[str, ...]:
        chosen = ("--builder", builder) if builder else ()
        allowed = [each for name in (*recipe.entitlements,) for each in ("--allow", name)]
        if recipe.network == "host" and "network.host" not in recipe.entitlements:
            allowed += ["--allow", "network.host"]
        progress = ("--progress", "rawjson", "--metadata-file", str(self._metadata))
        return (*PROGRAM, "bake", "--file", "-", *progress, *chosen, "--allow", "fs=*", *allowed, TARGET)

    def _updates(self, line: str) -> Iterator[BuildUpdate]:
        if not line.startswith("{"):
            self._tail = [*self._tail, line.rstrip()][-TAIL:]
            return
        with suppress(ValueError, KeyError, TypeError):
            yield from updates(json.loads(line))

    def _failed(self) -> BuildFailed:
        words = [line.removeprefix("ERROR: ") for line in self._tail if line.strip()]
        if not words:
            return BuildFailed(f"docker buildx ended with status {self._process.returncode}")
        return BuildFailed(words[0], output=words[1:])

    def _built(self) -> str:
        with suppress(OSError, ValueError, AttributeError):
            told = json.loads(self._metadata.read_text()).get(TARGET, {})
            return str(told.get("containerimage.config.digest") or told.get("containerimage.digest") or "")
        return ""


def updates(told: Mapping[str, Any]) -> Iterator[BuildUpdate]:
    """One line of `--progress rawjson`. Raises KeyError, TypeError, ValueError for what is none."""
    for each in told.get("vertexes") or ():
        yield BuildVertex(
            each["digest"],
            each.get("name", ""),
            cached=bool(each.get("cached")),
            started=_moment(each.get("started")),
            completed=_moment(each.get("completed")),
            error=each.get("error", ""),
        )
    for each in told.get("statuses") or ():
        done = each.get("completed") is not None
        yield BuildTransfer(each["vertex"], each["id"], each.get("current", 0), each.get("total", 0), is_over=done)
    for each in told.get("logs") or ():
        yield BuildOutput(each["vertex"], each.get("stream", 1), base64.b64decode(each.get("data", "")))
    for each in told.get("warnings") or ():
        yield BuildWarning(base64.b64decode(each.get("short", "")).decode(errors="replace"), url=each.get("url", ""))


def _moment(text: str | None) -> int | None:
    return None if text is None else int(datetime.fromisoformat(text).timestamp() * 1e6) * MICROSECOND


def check(document: Mapping[str, object], *, builder: str, environment: Mapping[str, str]) -> int:
    """Checks the Dockerfiles of a bake file; nothing is built. What is found goes to stdout; the exit status.

    Raises ComposerError when there is no docker buildx."""
    _need_buildx("--check", environment)
    chosen = ("--builder", builder) if builder else ()
    command = (*PROGRAM, "bake", "--file", "-", "--check", "--progress", "quiet", "--allow", "fs=*", *chosen)
    return subprocess.run(command, env=dict(environment), input=json.dumps(document), text=True, check=False).returncode


def _need_buildx(reason: str, environment: Mapping[str, str]) -> None:
    try:
        found = subprocess.run((*PROGRAM, "version"), env=dict(environment), capture_output=True, check=False)
    except OSError:
        found = None
    if found is None or found.returncode:
        raise ComposerError(
            f"this build needs docker buildx ({reason}), and it is not installed",
            hint="install the buildx plugin of docker, or leave that out of the service's build",
        )


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None  # both were asked for  # noqa: S101
    return pipe
