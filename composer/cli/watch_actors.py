"""Who carries out what a watch decides: in the engine, in words only, or in the engine below a live table.

Must not know: what a change leads to (`composer.watch` decides), how notices come.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from composer.cli.context import tell_warning, terminal
from composer.errors import ComposerError, Interrupted
from composer.values import value

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from composer.api import Stack
    from composer.cli.options import GlobalOptions
    from composer.model.lifecycle import Hook
    from composer.views.layout import Line
    from composer.views.watch_rows import RuleRows
    from composer.views.watch_table import WatchTable
    from composer.watch.effects import Effect
    from composer.watch.rules import Rule

POLLS = "looking every 300 ms: changes are not told here"
_AT_ONCE = 500  # paths of one removal


@value(kw_only=True)
class WatchRequest:
    services: tuple[str, ...] = ()
    up: bool = True
    prune: bool = True
    quiet: bool = False
    once: bool = False


class EngineActor:
    """Carries out what the watcher decides, on one stack. Raises ComposerError kinds. `aside`: within it the screen is
    free for progress and messages."""

    def __init__(
        self,
        stack: Stack,
        options: GlobalOptions,
        request: WatchRequest,
        *,
        aside: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.stack = stack
        self._options = options
        self._request = request
        self._aside = aside
        self.interrupted = False

    def containers(self, service: str) -> tuple[str, ...]:
        found = self.stack.engine.containers(project=self.stack.name)
        return tuple(sorted(one.id for one in found if one.service == service and not one.oneoff))

    def put(self, container: str, archive: bytes, *, replaces: bool) -> None:
        self.stack.acting_engine.put_archive(container, archive, replaces=replaces)

    def is_link(self, container: str, path: str) -> bool:
        found = self.stack.acting_engine.stat_path(container, path)
        return found is not None and bool(found.target)

    def remove(self, container: str, paths: Sequence[str]) -> None:
        from composer.model.lifecycle import Hook  # noqa: PLC0415 - rare

        for start in range(0, len(paths), _AT_ONCE):
            command = ("rm", "-rf", "--", *paths[start : start + _AT_ONCE])
            self.run_hook(container, Hook(command=command, user="0"))

    def run_hook(self, container: str, hook: Hook) -> None:
        said = self.stack.acting_engine.run_hook(container, hook)
        if said.exit_code:
            command = " ".join(hook.command or ())
            raise ComposerError(f"`{command}` ended with {said.exit_code}: {said.output.strip() or '(no output)'}")
        if said.output.strip() and not self._request.quiet:
            self.tell(said.output)

    def tell(self, output: str) -> None:
        """What a command put out."""
        with self._aside():
            sys.stdout.write(output if output.endswith("\n") else output + "\n")
            sys.stdout.flush()

    def rebuild(self, services: Sequence[str]) -> bool:
        from composer.cli.bringup import bring_up  # noqa: PLC0415 - rebuilds only
        from composer.plan.options import UpOptions  # noqa: PLC0415

        up = UpOptions(services=tuple(services), no_deps=True, build="always")
        with self._aside():
            status = bring_up(self.stack, up, self._shown(), verb="watch")
        self.interrupted |= status == Interrupted.exit_code
        if status == 0 and self._request.prune:
            self.stack.acting_engine.prune_images(self.stack.name)
        return status == 0

    def restart(self, services: Sequence[str]) -> bool:
        from composer.cli.carryout import carry_out  # noqa: PLC0415 - restarts only
        from composer.cli.persist import project_lock  # noqa: PLC0415
        from composer.execute.policy import RunPolicy  # noqa: PLC0415
        from composer.plan.options import RestartOptions  # noqa: PLC0415
        from composer.plan.restart import plan_restart  # noqa: PLC0415

        with self._aside(), project_lock(self.stack, "watch", self._options):
            observed = self.stack.observe(images=False)
            plan = plan_restart(self.stack.project, observed, RestartOptions(services=tuple(services), no_deps=True))
            policy = RunPolicy(verb="restart", keep_going=True)
            result = carry_out(self.stack, plan, policy, observed=observed, options=self._shown())
        self.interrupted |= result.interrupted
        return result.ok

    def say(self, message: str) -> None:
        sys.stdout.write(message + "\n")
        sys.stdout.flush()

    def warn(self, message: str) -> None:
        with self._aside():
            tell_warning(message, self._options)

    def show(self, rule: Rule, effect: Effect) -> None:
        """The lines that are said tell it."""

    def begin(self, rules: Sequence[Rule], *, polls: bool) -> None:
        """Before the first look at what changed. `polls`: changes are looked for, since nobody tells of them."""

    def enabled(self, rules: Sequence[Rule], *, polls: bool) -> None:
        """From now on changes lead to something."""
        self.say("Watch enabled" + (f" ({POLLS})" if polls else ""))
        for rule in rules:
            target = f" -> {rule.target}" if rule.copies else ""
            self.say(f"  {rule.service}: {rule.action} {rule.path}{target}")

    def end(self) -> None:
        """Nothing more is done."""

    def _shown(self) -> GlobalOptions:
        return replace(self._options, progress="quiet") if self._request.quiet else self._options


class DryActor(EngineActor):
    """Says what would be done."""

    def put(self, container: str, archive: bytes, *, replaces: bool) -> None:
        """The message about the sync says it all."""

    def is_link(self, container: str, path: str) -> bool:
        del container, path
        return False

    def remove(self, container: str, paths: Sequence[str]) -> None:
        del container
        self.say(f"would remove {', '.join(paths)}")

    def run_hook(self, container: str, hook: Hook) -> None:
        del container
        self.say(f"would run {' '.join(hook.command or ())}")

    def rebuild(self, services: Sequence[str]) -> bool:
        self.say(f"would rebuild {', '.join(services)}")
        return False

    def restart(self, services: Sequence[str]) -> bool:
        self.say(f"would restart {', '.join(services)}")
        return False


class BesideActor(EngineActor):
    """Beside the output of an attached `up`, which has the screen: what each rule last led to is told when asked."""

    _rows: RuleRows | None = None  # until `begin`

    def begin(self, rules: Sequence[Rule], *, polls: bool) -> None:
        self._rows = _rows(rules, self.stack, polls=polls)

    def show(self, rule: Rule, effect: Effect) -> None:
        if self._rows is not None:
            self._rows.show(rule, effect)

    def frame(self, columns: int) -> list[Line]:
        """The table of the rules as it is now."""
        return self._rows.frame(columns) if self._rows is not None else []


class LiveActor(EngineActor):
    """Below all that is written stands a table of the rules. What went well it tells alone, unless the lines about it
    go elsewhere than to the terminal."""

    def __init__(self, stack: Stack, options: GlobalOptions, request: WatchRequest) -> None:
        super().__init__(stack, options, request)
        self._table: WatchTable | None = None  # until `begin`

    def begin(self, rules: Sequence[Rule], *, polls: bool) -> None:
        from composer.views.watch_table import WatchTable  # noqa: PLC0415 - terminals only

        rows = _rows(rules, self.stack, polls=polls)
        self._table = WatchTable(sys.stderr, rows, colour=terminal(self._options).colour)
        self._aside = self._table.aside
        self._table.start()

    def end(self) -> None:
        if self._table is not None:
            self._table.stop()

    def show(self, rule: Rule, effect: Effect) -> None:
        if self._table is not None:
            self._table.show(rule, effect)

    def say(self, message: str) -> None:
        if not sys.stdout.isatty():
            super().say(message)


def actor_for(stack: Stack, options: GlobalOptions, request: WatchRequest, *, dry: bool) -> EngineActor:
    """The table is for those who look at it as it goes on."""
    from composer.views.choose import progress_mode  # noqa: PLC0415 - after the flags are known good

    if dry:
        return DryActor(stack, options, request)
    screen = terminal(options)
    is_live = screen.is_tty and progress_mode(options.progress, os.environ, screen) == "tty" and not request.once
    return (LiveActor if is_live else EngineActor)(stack, options, request)


def _rows(rules: Sequence[Rule], stack: Stack, *, polls: bool) -> RuleRows:
    from composer.views.watch_rows import RuleRow, RuleRows  # noqa: PLC0415 - terminals only

    folder = stack.project.working_dir if stack.project else ""
    title = f"watch {stack.name}{f' ({POLLS})' if polls else ''}"
    return RuleRows([RuleRow(rule, _path_of(rule, folder)) for rule in rules], title=title)


def _path_of(rule: Rule, folder: str) -> str:
    """Seen from the project's folder, and where it goes."""
    inside = rule.path.removeprefix(f"{folder.rstrip('/')}/")
    return f"{inside} → {rule.target}" if rule.copies else inside
