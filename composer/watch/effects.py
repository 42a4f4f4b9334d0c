"""What a rule last led to, and the account of one batch of work that such effects are made from.

Pure, save the clock that is handed in. Must not know: the engine, how an effect is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING

from composer.values import value

if TYPE_CHECKING:
    from composer.watch.decide import Found
    from composer.watch.manifest import Manifest
    from composer.watch.rules import Rule


class Phase(Enum):
    IDLE = "idle"  # nothing yet
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


@value(kw_only=True)
class Effect:
    """`changed`, `gone`: how many files (folders, where there is nothing else); `name`: the only one of them, else "".
    `seconds`: how long it took. `error`: why it failed."""

    phase: Phase = Phase.IDLE
    changed: int = 0
    gone: int = 0
    name: str = ""
    seconds: float = 0.0
    error: str = ""


NOTHING = Effect()


class Batch:
    """The account of one batch. `held`: what each rule's path holds, by the rule's name."""

    def __init__(
        self,
        found: Iterable[Found],
        held: Mapping[str, Manifest],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._found = [one for one in found if one.difference]
        self._held = held
        self._clock = clock
        self._seconds: dict[str, float] = {}
        self._errors: dict[str, str] = {}

    def rules(self, *services: str, of: Callable[[Rule], bool] = lambda _: True) -> tuple[Rule, ...]:
        """Those of `services` that take part, and are such as `of` wants."""
        return tuple(one.rule for one in self._found if one.rule.service in services and of(one.rule))

    @contextmanager
    def timed(self, rules: Iterable[Rule]) -> Iterator[None]:
        begun = self._clock()
        try:
            yield
        finally:
            took = self._clock() - begun
            for rule in rules:
                self._seconds[rule.name] = self._seconds.get(rule.name, 0.0) + took

    def blame(self, rules: Iterable[Rule], error: str) -> None:
        """The first error of a rule is the one that is told."""
        for rule in rules:
            self._errors.setdefault(rule.name, error)

    def begun(self) -> Iterator[tuple[Rule, Effect]]:
        for one in self._found:
            yield one.rule, self._effect(one, Phase.WORKING)

    def ended(self) -> Iterator[tuple[Rule, Effect]]:
        for one in self._found:
            yield one.rule, self._effect(one, Phase.FAILED if one.rule.name in self._errors else Phase.DONE)

    def _effect(self, one: Found, phase: Phase) -> Effect:
        changed, gone = self._files(one), one.difference.gone
        paths = {*changed, *gone}
        return Effect(
            phase=phase,
            changed=len(changed),
            gone=len(gone),
            name=_name(one.rule, next(iter(paths))) if len(paths) == 1 else "",
            seconds=self._seconds.get(one.rule.name, 0.0),
            error=self._errors.get(one.rule.name, ""),
        )

    def _files(self, one: Found) -> tuple[str, ...]:
        held = self._held.get(one.rule.name, {})
        changed = one.difference.changed
        files = tuple(path for path in changed if path not in held or held[path].kind != "d")
        return files or changed


def _name(rule: Rule, relative: str) -> str:
    return rule.path.rpartition("/")[2] if relative == "." else relative
