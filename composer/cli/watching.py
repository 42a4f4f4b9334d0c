"""`composer watch` and `up --watch` behind their flags: rules from the project, notices of changed files, the engine.

Must not know: what a change leads to (`composer.watch` decides), how a plan is made.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from composer.cli.context import tell_error
from composer.cli.watch_actors import BesideActor, EngineActor, WatchRequest, actor_for
from composer.errors import ComposerError, EngineError, Interrupted
from composer.execute.commands import InterruptedBy
from composer.watch.memory import Memory, memory_file
from composer.watch.notice import Blind, Noticed, Notices, mounts_here, needs_polling
from composer.watch.rules import Rule, Ruleset, rules_of
from composer.watch.watcher import Watcher

if TYPE_CHECKING:
    from composer.api import Stack
    from composer.cli.options import GlobalOptions
    from composer.model.project import Project
    from composer.views.layout import Line


class _Stopped:
    """The loop is to end."""


def run_watch(options: GlobalOptions, request: WatchRequest, *, dry_run: bool) -> int:
    """The exit status: 130 after Ctrl-C. Raises LoadError, PlanError, EngineError, ProjectBusy."""
    from composer.api import Stack, open_engine, open_reader  # noqa: PLC0415 - after the flags are known good
    from composer.cli.bringup import bring_up  # noqa: PLC0415
    from composer.cli.context import load  # noqa: PLC0415
    from composer.execute.interrupt import Interrupts  # noqa: PLC0415
    from composer.plan.options import UpOptions  # noqa: PLC0415

    dry = dry_run or options.dry_run
    project = load(options, services=request.services).project
    rules = project_rules(project, request.services or tuple(project.services))
    engine = open_reader(os.environ) if dry else open_engine(os.environ)
    with Stack(engine, name=project.name, project=project, environment=os.environ) as stack:
        actor = actor_for(stack, options, request, dry=dry)
        inbox: SimpleQueue[object] = SimpleQueue()
        loop = Loop(rules, actor, inbox, built=request.up, remembers=not dry, tells_batches=options.verbose)
        with Interrupts(inbox.put):
            if request.up and not dry:
                status = bring_up(stack, UpOptions(services=request.services, build="always"), options, verb="up")
                if status:
                    return status
            return loop.run(once=request.once)


def project_rules(project: Project, services: Sequence[str]) -> Ruleset:
    """The rules of the services named, checked against the disk. Raises PlanError, ComposerError."""
    ignore: dict[str, tuple[str, ...]] = {}
    for name in services:
        build = project.services[name].build
        if build is not None and build.context and Path(build.context).is_dir():
            from composer.build.ignore import read_ignore  # noqa: PLC0415 - only services that are built

            file = build.dockerfile or "Dockerfile"
            ignore[name] = read_ignore(Path(build.context), Path(build.context) / file)
    ruleset = rules_of(project, services, ignore)
    missing = [
        f"services.{rule.service}.develop.watch[{rule.number}]: {rule.path} does not exist yet"
        for rule in ruleset.rules
        if not Path(rule.path).exists()
    ]
    return replace(ruleset, remarks=(*ruleset.remarks, *missing))


class Loop:
    """One watch, from the first look, which is taken when it is made, to its end."""

    def __init__(
        self,
        ruleset: Ruleset,
        actor: EngineActor,
        inbox: SimpleQueue[object],
        *,
        built: bool,
        remembers: bool,
        tells_batches: bool = False,
    ) -> None:
        self._ruleset = ruleset
        self._tells_batches = tells_batches
        self._actor = actor
        self._inbox = inbox
        self._built = built
        self._remembers = remembers
        self._watcher = Watcher(ruleset.rules, actor, self._memory())
        self._watcher.note()

    def run(self, *, once: bool) -> int:
        """Blocks until Ctrl-C, `stop`, or (with `once`) until all that is due is done; the exit status."""
        for remark in self._ruleset.remarks:
            self._actor.warn(remark)
        rules = self._ruleset.rules
        watcher = self._watcher
        notices = None if once or not rules else self._notices(rules)
        polls = notices is not None and notices.polls
        try:
            self._actor.begin(rules, polls=polls)
            watcher.begin(built=self._built)
            if once:
                return 0
            self._actor.enabled(rules, polls=polls)
            if notices is not None:
                notices.start()
            return self._follow()
        finally:
            if notices is not None:
                notices.close()
            self._actor.end()
            watcher.finish()

    def stop(self) -> None:
        """From any thread."""
        self._inbox.put(_Stopped())

    def _take(self, paths: set[str]) -> None:
        begun = time.monotonic()
        self._watcher.on_paths(paths)
        if self._tells_batches:
            took = (time.monotonic() - begun) * 1000
            self._actor.say(f"batch complete: {len(paths)} paths in {took:.0f} ms")

    def _follow(self) -> int:
        while True:
            message = self._inbox.get()
            if isinstance(message, Noticed):
                self._take(self._and_what_waits(message))
                if self._actor.interrupted:
                    return self._end()
            elif isinstance(message, InterruptedBy):
                return self._end()
            elif isinstance(message, _Stopped):
                return 0
            elif isinstance(message, Blind):
                self._actor.say("Watch disabled with errors")
                raise message.error

    def _and_what_waits(self, first: Noticed) -> set[str]:
        """What was noticed while the last batch was carried out is one batch."""
        paths = set(first.paths)
        kept: list[object] = []
        while not self._inbox.empty():
            message = self._inbox.get()
            if isinstance(message, Noticed):
                paths |= message.paths
            else:
                kept.append(message)
        for message in kept:
            self._inbox.put(message)
        return paths

    def _end(self) -> int:
        self._actor.say("Watch disabled")
        return Interrupted.exit_code

    def _notices(self, rules: Sequence[Rule]) -> Notices:
        paths = [rule.path for rule in rules]
        return Notices(paths, self._inbox.put, polls=needs_polling(paths, os.environ, mounts_here()))

    def _memory(self) -> Memory:
        stack = self._actor.stack
        folder = stack.project.working_dir if stack.project else ""
        file = memory_file(os.environ, project=stack.name, folder=folder)
        return Memory(file, writes=self._remembers)


class Beside:
    """A watch in a thread of its own while an attached `up` shows output; what ends it is answered.

    The first look is taken when it is made. Raises PlanError for rules that cannot be carried out.
    """

    def __init__(
        self,
        stack: Stack,
        options: GlobalOptions,
        services: Sequence[str],
        *,
        aside: Callable[[], AbstractContextManager[None]],
        built: bool,
    ) -> None:
        """`aside`: within it the screen is free for progress and messages. `built`: images are made after this look."""
        if stack.project is None:
            raise EngineError("--watch needs the project's file")
        services = tuple(services or stack.project.services)
        self._actor = BesideActor(stack, options, WatchRequest(services=services), aside=aside)
        rules = project_rules(stack.project, services)
        verbose = options.verbose
        self._loop = Loop(rules, self._actor, SimpleQueue(), built=built, remembers=True, tells_batches=verbose)
        self._options = options
        self._thread = threading.Thread(target=self._watch, name="watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._loop.stop()
        self._thread.join()

    def frame(self, columns: int) -> list[Line]:
        """A line a rule with what it last led to, and whose they are."""
        return self._actor.frame(columns)

    def _watch(self) -> None:
        try:
            self._loop.run(once=False)
        except ComposerError as error:
            tell_error(error, self._options)
