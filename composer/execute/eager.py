"""Eager readiness: when Composer runs a container's own health test itself.

The engine probes first after a whole interval, and one success makes a container healthy; so while somebody
waits, we try too. The rhythm: at once, then 0.1 s growing to 1 s, and always three times as long a
pause as the last probe took (bounded CPU); one at a time per container, few at once in all. Failures mean
"not yet", never "unhealthy". Pure: it is told the time. Must not know: how a probe is run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.values import entity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.engine.port import Healthprobe
    from composer.execute.facts import ContainerFacts

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 1.0
GROWTH = 1.5
SHARE = 3  # pause at least this many times the duration of the probe
ENGINE_START_INTERVAL = 5.0  # the engine's default during a start period
QUICK_ENGINE = 0.5  # an engine that probes this often (seconds) needs only our first try


@entity()
class _Rhythm:
    life: int
    due: float
    pause: float = FIRST_PAUSE
    since: float | None = None  # a probe is under way


def is_wanted(facts: ContainerFacts) -> bool:
    """Is there anything to gain from an own probe?"""
    return (
        facts.state == "running"
        and facts.health == "starting"
        and not facts.own_healthy
        and facts.detail is not None
        and facts.detail.healthprobe is not None
        and not (facts.own_count and engine_pause(facts.detail.healthprobe) <= QUICK_ENGINE)
    )


def engine_pause(probe: Healthprobe) -> float:
    """Seconds between the engine's own probes at the beginning of a container's life."""
    return (probe.start_interval or ENGINE_START_INTERVAL) if probe.start_period else probe.interval


class EagerProbes:
    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._rhythms: dict[str, _Rhythm] = {}

    def due(self, wanted: Iterable[ContainerFacts], now: float) -> list[ContainerFacts]:
        """Whose test to run now; those count as under way until `ended`."""
        free = self._at_once - sum(rhythm.since is not None for rhythm in self._rhythms.values())
        waiting = [(self._rhythm(facts, now), facts) for facts in wanted]
        ready = [(rhythm, facts) for rhythm, facts in waiting if rhythm.since is None and rhythm.due <= now]
        ready.sort(key=lambda pair: pair[0].due)
        chosen = ready[: max(0, free)]
        for rhythm, _ in chosen:
            rhythm.since = now
        return [facts for _, facts in chosen]

    def next_due(self, wanted: Iterable[ContainerFacts]) -> float | None:
        """When to ask again; None while all places are taken (the end of a probe is the next occasion)."""
        if sum(rhythm.since is not None for rhythm in self._rhythms.values()) >= self._at_once:
            return None
        known = (self._rhythms.get(facts.id) for facts in wanted)
        return min((rhythm.due for rhythm in known if rhythm and rhythm.since is None), default=None)

    def ended(self, facts: ContainerFacts, now: float) -> bool:
        """A probe is over. False if it says nothing: the container was started anew meanwhile or ended."""
        rhythm = self._rhythms.get(facts.id)
        if rhythm is None or rhythm.since is None:
            return False
        took, rhythm.since = now - rhythm.since, None
        if rhythm.life != facts.life:
            self._rhythms[facts.id] = _Rhythm(facts.life, now)
            return False
        rhythm.due = now + max(rhythm.pause, SHARE * took)
        rhythm.pause = min(LONGEST_PAUSE, rhythm.pause * GROWTH)
        return facts.state == "running"

    def _rhythm(self, facts: ContainerFacts, now: float) -> _Rhythm:
        rhythm = self._rhythms.get(facts.id)
        if rhythm is None or (rhythm.life != facts.life and rhythm.since is None):
            rhythm = self._rhythms[facts.id] = _Rhythm(facts.life, now)
        return rhythm
