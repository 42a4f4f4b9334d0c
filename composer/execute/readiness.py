"""When does a service count as ready? (wait, what is known of its containers) → met, not yet, impossible.

Pure. Conditions as docker compose has them, with three differences on purpose: all replicas of a job
must complete (not just the first seen); a one-shot that exits 0 satisfies `--wait`; a job that exits 0
and is restarted by its policy has completed. Facts come from the engine and from own probes alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.model.dependency import Condition
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from composer.execute.facts import ContainerFacts
    from composer.plan.actions import ContainerId, ReplicaId, WaitFor


@value()
class Met:
    """`detail`: `healthy (own probe)`, `healthy (engine)`, `exited 0`, `running` … `for_now`: there is no check to be
    asked, so that all that is known is that it runs at this moment."""

    detail: str
    for_now: bool = False


@value()
class NotYet:
    detail: str


@value()
class Impossible:
    """`why` in the reference's words; `container` is the one that spoilt it, None if there is none."""

    why: str
    container: ContainerId | None = None


Verdict = Met | NotYet | Impossible


def judge(wait: WaitFor, containers: Sequence[ContainerFacts | None], to_start: Collection[ReplicaId] = ()) -> Verdict:
    """Decide a wait. `containers` stand in the order of `wait.replicas`; None: no container is known.
    `to_start`: replicas that the plan has yet to start, whatever their containers do now."""
    if not containers:
        return Met("no replicas")  # scaled to zero: nothing to wait for
    verdicts = [
        NotYet("not started") if replica in to_start else _one(facts, wait)
        for replica, facts in zip(wait.replicas, containers, strict=True)
    ]
    for verdict in verdicts:
        if isinstance(verdict, Impossible):
            return verdict
    waiting = [verdict for verdict in verdicts if isinstance(verdict, NotYet)]
    if waiting:
        return NotYet(_count(waiting[0].detail, len(verdicts) - len(waiting), len(verdicts)))
    met = [verdict for verdict in verdicts if isinstance(verdict, Met)]
    return Met(", ".join(sorted({one.detail for one in met})), for_now=any(one.for_now for one in met))


def _one(facts: ContainerFacts | None, wait: WaitFor) -> Verdict:
    if facts is None:
        return _missing(wait)
    if facts.state == "gone":
        return Impossible(f"container {facts.name} is gone", facts.id)
    if facts.state == "created":
        return Impossible(f"container {facts.name} was not started", facts.id)
    return _JUDGES[wait.condition](facts, wait)


def _missing(wait: WaitFor) -> Verdict:
    needed_by = wait.needed_by[0] if wait.needed_by else ""
    return Impossible(
        f"{needed_by} is missing dependency {wait.service}" if needed_by else f"no container for {wait.service}"
    )


def _count(detail: str, met: int, total: int) -> str:
    return detail if total == 1 else f"{detail}; {met} of {total} ready"


def _started(facts: ContainerFacts, wait: WaitFor) -> Verdict:
    del facts, wait
    return Met("started")  # never looked at again: it may have ended since


def _healthy(facts: ContainerFacts, wait: WaitFor) -> Verdict:
    del wait
    return _ended(facts) or _health(facts) or _no_check(facts)


def _ready(facts: ContainerFacts, wait: WaitFor) -> Verdict:
    """`--wait`: healthy if there is a check, else running; or exited 0 for good (a job may have got a check from its
    image; only one that would be started again was meant to run on)."""
    del wait
    is_job = not facts.has_check or facts.restart_policy in ("", "no")
    if facts.state == "exited" and facts.settled and facts.exit_code == 0 and is_job:
        return Met("exited 0")
    if facts.state == "running" and facts.has_check is False:
        return Met("running", for_now=True)
    return _ended(facts) or _health(facts) or NotYet("starting")


def _completed(facts: ContainerFacts, wait: WaitFor) -> Verdict:
    if facts.completed:
        return Met("exited 0")
    if facts.state in ("exited", "dead"):
        if not facts.settled:
            return NotYet(f"exited {facts.exit_code}")
        return Impossible(f'service "{wait.service}" didn\'t complete successfully: exit {facts.exit_code}', facts.id)
    return _ended(facts) or NotYet("running")


def _ended(facts: ContainerFacts) -> Verdict | None:
    """Verdict for a container that does not run; None if it does."""
    if facts.state == "restarting":
        return NotYet(f"restarting after exit {facts.exit_code}")
    if facts.state == "removing":
        return NotYet("being removed")  # by somebody else: soon it is gone
    if facts.state in ("exited", "dead"):
        if facts.settled:
            return Impossible(f"container {facts.name} exited ({facts.exit_code})", facts.id)
        return NotYet(f"exited {facts.exit_code}")
    return None


def _health(facts: ContainerFacts) -> Verdict | None:
    """Verdict of a container's health check; None if it has none or that is not known."""
    if facts.own_healthy:
        return Met("healthy (own probe)")
    if facts.health == "healthy":
        return Met("healthy (engine)")
    if facts.health == "unhealthy":
        if facts.settled:
            return Impossible(f"container {facts.name} is unhealthy", facts.id)
        return NotYet("unhealthy")
    if facts.state == "paused":
        return NotYet("paused")
    return NotYet(_probing(facts)) if facts.has_check else None


def _probing(facts: ContainerFacts) -> str:
    """`starting`, or with what the engine's probes said so far: `probing 2/5`."""
    detail = facts.detail
    if detail is None or not detail.failing_streak or detail.healthprobe is None:
        return "starting"
    return f"probing {detail.failing_streak}/{detail.healthprobe.retries}"


def _no_check(facts: ContainerFacts) -> Verdict:
    if facts.has_check is False and facts.detail is not None:
        return Impossible(f"container {facts.name} has no healthcheck configured", facts.id)
    return NotYet("starting")


_JUDGES: dict[Condition | None, Callable[[ContainerFacts, WaitFor], Verdict]] = {
    Condition.STARTED: _started,
    Condition.HEALTHY: _healthy,
    Condition.COMPLETED: _completed,
    None: _ready,
}
