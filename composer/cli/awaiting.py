"""`composer wait`: until containers have ended, and with which status that ends.

The rule: the status of the first that failed, in the order in which the services were named, then by replica
number; 0 if none did. Which of them ended last plays no part, so the status is the same every time. Containers that
had ended before count as well.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from composer.cli.context import project_name
from composer.cli.listing import check_services
from composer.errors import Interrupted, NotFound, UsageError
from composer.execute.interrupt import Interrupts
from composer.execute.steady import RESUMED, SteadyEvents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.cli.options import GlobalOptions
    from composer.engine.port import ContainerDetail, EngineReader
    from composer.plan.observed import ObservedContainer


def run_wait(options: GlobalOptions, services: Sequence[str], *, down: bool, dry_run: bool = False) -> int:
    """Raises UsageError if there is nothing to wait for. `down`: takes the project down then."""
    from composer.api import open_reader  # noqa: PLC0415 - after the flags are known good

    engine = open_reader(os.environ)
    name = project_name(options)
    events = SteadyEvents(lambda since: engine.events(project=name, since=since))
    found = engine.containers(project=name)
    check_services(options, services, found)
    awaited = [one for service in services for one in _by_number(found) if one.service == service and has_run(one)]
    if not awaited:
        events.close()
        raise UsageError("there is nothing to wait for", hint="Bring it up first: composer up -d")
    codes: dict[str, int | None] = dict.fromkeys(str(one.id) for one in awaited)
    interrupted: list[object] = []

    def stop(signal: object) -> None:
        interrupted.append(signal)
        events.close()

    with Interrupts(stop):
        Ends(engine, name, codes).wait(events, found)
    events.close()
    if interrupted:
        return Interrupted.exit_code
    code = next((code for code in codes.values() if code), 0)
    return _down(options, code, dry_run=dry_run) if down else code


def has_run(container: ObservedContainer) -> bool:
    """One that was only created may never end."""
    return container.state != "created"


def _by_number(found: Sequence[ObservedContainer]) -> list[ObservedContainer]:
    return sorted(found, key=lambda one: (one.oneoff, one.number, one.name))


ENDED = ("exited", "dead")


class Ends:
    """`codes`: container → its exit status, None while it has not ended; filled in here."""

    def __init__(self, engine: EngineReader, project: str, codes: dict[str, int | None]) -> None:
        self._engine = engine
        self._project = project
        self._codes = codes

    def wait(self, events: SteadyEvents, found: Sequence[ObservedContainer]) -> None:
        """Until all have ended, or the events are closed."""
        self._look(found)
        if None not in self._codes.values():
            return
        for event in events:
            if event.action == RESUMED:
                self._look(self._engine.containers(project=self._project))
            elif event.action == "die":
                self._ended(event.container, event.exit_code or 0)
            elif event.action == "destroy":
                self._ended(event.container, 0)  # never ran
            if None not in self._codes.values():
                return

    def _look(self, found: Sequence[ObservedContainer]) -> None:
        """Takes in what has ended without our hearing of it. What is gone by now ended with a status nobody knows."""
        held = {str(one.id): one for one in found}
        for container in self._codes:
            one: ObservedContainer | ContainerDetail | None = held.get(container)
            if one is not None and one.state not in ENDED:
                one = self._asked(container)
            if one is None:
                self._ended(container, 0)
            elif one.state in ENDED:
                self._ended(container, one.exit_code or 0)

    def _asked(self, container: str) -> ContainerDetail | None:
        """Older engines tell of an end before their list knows of it, but answer this only when all is over."""
        try:
            return self._engine.inspect_container(container)
        except NotFound:
            return None

    def _ended(self, container: str, code: int) -> None:
        if self._codes.get(container, code) is None:
            self._codes[container] = code
            sys.stdout.write(f'container "{container}" exited with status code {code}\n')
            sys.stdout.flush()


def _down(options: GlobalOptions, code: int, *, dry_run: bool) -> int:
    from composer.cli.verbs import run_verb  # noqa: PLC0415 - only with --down-project
    from composer.plan.down import plan_down  # noqa: PLC0415
    from composer.plan.options import DownOptions  # noqa: PLC0415

    asked = DownOptions(remove_orphans=True)
    failed = run_verb(options, "down", lambda stack, seen: plan_down(stack.project, seen, asked), dry_run=dry_run)
    return failed or code
