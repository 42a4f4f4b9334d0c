"""The command line in this process, on an engine in memory: what it was given, and all it said.

A test compares exit status, stdout and stderr as one text (`Said.says`): a line of stdout begins with `1|`, one of
stderr with `2|`. What differs between any two runs (times, ids, folders) is named away by `normalised`.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import re
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import composer.api
from composer.cli import listing, reading, recording, showlogs
from composer.cli.app import run
from composer.engine.fake import FakeEngine

PATIENCE = 15.0  # seconds until a test that hangs gives up
WRITING = (
    "pull", "remove_image", "prune_images",
    "create_network", "remove_network", "connect_network", "create_volume", "remove_volume",
    "create_container", "start", "stop", "kill", "pause", "unpause", "restart", "remove_container",
    "rename", "run_probe",
)  # fmt: skip
VARIABLES = ("COMPOSE_", "COMPOSER_", "DOCKER_", "NO_COLOR", "CI", "TERM", "COLUMNS", "FORCE_COLOR", "LINES")


class Stream(io.TextIOWrapper):
    """A standard stream that remembers, and that a test may wait on."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        super().__init__(_Memory(self._changed), encoding="utf-8", write_through=True)

    @property
    def text(self) -> str:
        memory = self.buffer
        assert isinstance(memory, _Memory)
        return memory.getvalue().decode()

    def until(self, text: str, *, times: int = 1) -> None:
        """Blocks until `text` has been written, `times` times."""
        with self._changed:
            has_come = self._changed.wait_for(lambda: self.text.count(text) >= times, PATIENCE)
        assert has_come, f"only {self.text!r} came"


class _Memory(io.BytesIO):
    def __init__(self, changed: threading.Condition) -> None:
        super().__init__()
        self._changed = changed

    def write(self, data: Any) -> int:
        with self._changed:
            count = super().write(data)
            self._changed.notify_all()
        return count


class Said(str):
    """Exit status and both streams of one command."""

    __slots__ = ()

    def says(self, expected: str) -> None:
        """That is all it said (the expectation's indentation and outer blank lines aside)."""
        assert str(self) == dedent(expected).strip("\n").rstrip()


@dataclass
class CommandLine:
    """`cli("up -d")` is what `composer up -d` would say in `folder`. `opened`: which client the last command
    asked for; `out` and `err`: the streams of the command that runs, or else of the next."""

    folder: Path
    engine: FakeEngine
    patch: pytest.MonkeyPatch
    opened: list[str] = field(default_factory=list)
    out: Stream = field(default_factory=Stream)
    err: Stream = field(default_factory=Stream)

    def __post_init__(self) -> None:
        self.patch.setattr(composer.api, "open_engine", lambda _: self._open("engine"))
        self.patch.setattr(composer.api, "open_reader", lambda _: self._open("reader"))
        for module in (listing, reading, recording, showlogs):
            self.patch.setattr(module, "time", self)
        self.patch.chdir(self.folder)
        for name in [name for name in os.environ if name.startswith(VARIABLES)]:
            self.patch.delenv(name)
        self.setenv(COMPOSER_READINESS="engine")  # whose probe comes first would be a matter of luck
        self.setenv(XDG_STATE_HOME=str(self.folder.parent / "state"))

    def time(self) -> float:
        """The engine's time is the command's as well."""
        return self.engine.now

    def setenv(self, **variables: str) -> None:
        for name, value in variables.items():
            self.patch.setenv(name, value)

    def write(self, text: str, name: str = "compose.yaml") -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip("\n"))
        return file

    def __call__(self, line: str, *, stdin: str = "") -> Said:
        """Exit status and both streams, normalised."""
        code, out, err = self.raw(line, stdin=stdin)
        told = [f"exit {code}"]
        told += [f"1| {text}" for text in by_subject(out.splitlines())]
        told += [f"2| {text}" for text in by_subject(err.splitlines())]
        return Said("\n".join(text.rstrip() for text in normalised("\n".join(told), self.folder).splitlines()))

    def raw(self, line: str, *, stdin: str = "") -> tuple[int, str, str]:
        """Exit status, stdout, stderr as they are."""
        out, err = self.out, self.err
        self.opened.clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            variables = dict(os.environ)
            try:
                code = run(shlex.split(line))
            finally:  # global flags set variables of the process
                os.environ.clear()
                os.environ.update(variables)
        self.out, self.err = Stream(), Stream()
        return code, out.text, err.text

    @contextlib.contextmanager
    def meanwhile(self, *acts: Callable[[], object]) -> Iterator[None]:
        """Carries the acts out in a second thread while the command runs."""
        troubles: list[BaseException] = []

        def carry_out() -> None:
            try:
                for act in acts:
                    act()
            except BaseException as error:  # noqa: BLE001 - told in the test's own thread
                troubles.append(error)
                interrupt()

        thread = threading.Thread(target=carry_out)
        thread.start()
        yield
        thread.join(PATIENCE)
        if troubles:
            raise troubles[0]

    def changes(self) -> list[str]:
        """Every call so far that would change a real engine."""
        return [name for name, _ in self.engine.calls if name in WRITING]

    def states(self) -> dict[str, str]:
        """Container → state, of every project."""
        return {one.name: one.state for one in sorted(self.engine.containers(project=None), key=lambda c: c.name)}

    def _open(self, kind: str) -> FakeEngine:
        self.opened.append(kind)
        return self.engine


def interrupt() -> None:
    """Ctrl-C, as the terminal sends it: to the main thread."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


SUBJECT = re.compile(
    r" (Network \S+|Volume \S+|Image \S+|\S+(?= Pull| Error)|Container \S+)  ?\w|(\S+-\d+)(?: +\| | exited )"
)


def by_subject(lines: list[str]) -> list[str]:
    """Containers go their ways at the same time: neighbouring lines about several of them are put together by
    container; the lines of one keep their order."""
    groups = itertools.groupby(lines, key=lambda line: SUBJECT.match(line) is not None)
    return [line for is_about, part in groups for line in (sorted(part, key=_subject) if is_about else part)]


def _subject(line: str) -> tuple[int, str]:
    found = SUBJECT.match(line)
    subject = (found[1] or found[2]) if found else ""
    kinds = ("Network ", "Volume ", "", "Container ", "Image ")
    return next((place for place, kind in enumerate(kinds) if kind and subject.startswith(kind)), 2), subject


def normalised(text: str, folder: Path) -> str:
    """Folders, ids and how long something took are another in every run."""
    text = text.replace(str(folder), "{folder}")
    text = re.sub(r"\b[0-9a-f]{64}\b", "{id}", text)
    text = re.sub(r"\b(?=[0-9a-f]*[a-f])[0-9a-f]{12}\b", "{id}", text)
    text = re.sub(r"\b\d+\.\d+s\b", "{seconds}", text)
    text = re.sub(r'"CreatedAt":"[^"]*"', '"CreatedAt":"{time}"', text)
    return re.sub(r'"(time|duration|seconds)": [0-9.]+', r'"\1": 0', text)
