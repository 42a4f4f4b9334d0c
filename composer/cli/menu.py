"""The keys of an attached `up`: leave it, stop it, restart a service, switch its output or the watch off and on.

Must not know: how keys are read (`keys`), how output is written, how a restart is planned.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from composer.cli.carryout import carry_out
from composer.cli.context import is_coloured, progress_of
from composer.cli.keys import Keys, can_read_keys
from composer.cli.persist import project_lock
from composer.errors import ComposerError
from composer.execute.commands import InterruptedBy
from composer.execute.policy import RunPolicy
from composer.execute.session import Detached, Pressed
from composer.plan.subjects import started_replicas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.api import Stack
    from composer.cli.options import GlobalOptions
    from composer.cli.switch import Switch, WatchSwitch
    from composer.execute.session import Ending, Session
    from composer.plan.actions import ReplicaId

PATIENCE = 5.0  # seconds in which another command may end before a restart
HELP = (
    ("d", "detach: leave everything running and return"),
    ("l", "output off, and on again"),
    ("tab", "select the next service"),
    ("s", "restart the selected service"),
    ("w", "watch for changed files (develop.watch), and no more"),
    ("r", "what each watched rule last led to"),
    ("q", "stop everything"),
    ("?", "these lines"),
)


class Menu:
    """`services`: those that can be restarted, in the order in which tab selects them. `restarts` False: a container
    that ends stops everything here, so none is restarted. `live`: progress is drawn on the screen, so output waits."""

    def __init__(
        self,
        stack: Stack,
        session: Session,
        switch: Switch,
        watch: WatchSwitch,
        services: Sequence[str],
        *,
        options: GlobalOptions,
        live: bool,
        restarts: bool = True,
    ) -> None:
        self._stack = stack
        self._session = session
        self._switch = switch
        self._watch = watch
        self._services = tuple(services)
        self._selected = 0
        self._options = options
        self._live = live
        self._restarts = restarts

    def wait(self) -> Ending:
        """As `Session.wait`, while keys do what they do."""
        watch = ", w watch" if self._has_rules() else ""
        self._say(f"keys: d detach, l output off, s restart{watch}, q stop, ? more")
        with Keys(lambda key: self._session.put(Pressed(key))):
            while True:
                ending = self._session.wait()
                if not isinstance(ending, Pressed):
                    return ending
                chosen = self.press(ending.key)
                if chosen is not None:
                    return chosen

    def press(self, key: str) -> Ending | None:
        """What a key leads to; None: go on."""
        match key.lower():
            case "d":
                return Detached()
            case "q":
                return InterruptedBy(1)
            case "s":
                return self._restart()
            case "l":
                self._switch.is_on = not self._switch.is_on
                self._say(f"output {'on' if self._switch.is_on else 'off, l switches it on again'}")
            case "w":
                self._turn_watch()
            case "r":
                self._show_rules()
            case "\t" if self._services:
                self._selected = (self._selected + 1) % len(self._services)
                self._say(f"selected: {self._services[self._selected]} (s restarts it)")
            case "?" | "h":
                for name, meaning in HELP:
                    self._say(f"{name:>3}  {meaning}")
            case _:
                pass
        return None

    def _has_rules(self) -> bool:
        project = self._stack.project
        return project is not None and any(service.develop for service in project.services.values())

    def _turn_watch(self) -> None:
        if self._watch.is_on:
            self._watch.end()
            self._say("watch off, w switches it on again")
            return
        try:
            self._watch.begin()
        except ComposerError as error:
            self._say(f"cannot watch: {error.message}")

    def _show_rules(self) -> None:
        from composer.views.choose import screen_size  # noqa: PLC0415 - when a key asks for it
        from composer.views.live import frame_text  # noqa: PLC0415

        columns, _ = screen_size(sys.stderr)
        if frame := self._watch.frame(max(columns - 1, 1)):
            self._write(frame_text(frame, colour=is_coloured(sys.stderr, self._options)))
        else:
            self._say("nothing is watched: w begins it")

    def _restart(self) -> Ending | None:
        if self._watch.is_on:
            self._say("not while files are watched: w ends that")
            return None
        if not (self._services and self._restarts):
            self._say("not here: a flag says what an end means")
            return None
        from composer.plan.options import RestartOptions  # noqa: PLC0415 - when a key asks for it
        from composer.plan.restart import plan_restart  # noqa: PLC0415

        service = self._services[self._selected]
        self._say(f"restarting {service}")
        stack, session = self._stack, self._session
        session.unsettle()
        if self._live:
            session.hold()
        started: tuple[ReplicaId, ...] = ()
        interrupted = False
        try:
            with project_lock(stack, "restart", self._options, patience=PATIENCE):
                observed = stack.observe(images=False)
                plan = plan_restart(stack.project, observed, RestartOptions(services=(service,)))
                policy = RunPolicy(verb="restart", keep_going=True)
                result = carry_out(stack, plan, policy, observed=observed, options=self._options)
            started = started_replicas(plan, result.succeeded)
            interrupted = result.interrupted
        except ComposerError as error:
            self._say(f"cannot restart {service}: {error.message}")
        session.settle(started)
        session.release()
        return InterruptedBy(1) if interrupted else None

    def _say(self, text: str) -> None:
        from composer.views.ansi import paint  # noqa: PLC0415 - only for a terminal

        self._write(paint(text, "dim", colour=is_coloured(sys.stderr, self._options)) + "\n")

    def _write(self, text: str) -> None:
        if progress_of(self._options) not in ("quiet", "none", "json"):
            sys.stderr.write(text)
            sys.stderr.flush()


def is_wanted(asked: bool | None, setting: str) -> bool:
    """`asked`: the flag; `setting`: COMPOSE_MENU. Without either a menu is there where a person is."""
    if not (can_read_keys() and sys.stdout.isatty()):
        return False
    if asked is not None:
        return asked
    return setting.lower() not in ("0", "false", "no", "off", "f", "n") if setting else True
