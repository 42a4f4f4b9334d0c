from __future__ import annotations

from itertools import pairwise

import pytest

from composer.engine.port import ContainerDetail, Healthprobe, ProbeOutput
from composer.execute.eager import EagerProbes, engine_pause, is_wanted
from composer.execute.facts import ContainerFacts
from composer.plan.actions import ContainerId, ReplicaId

SLOW = Healthprobe(("CMD", "true"), interval=5.0)


def starting(name: str = "c1", probe: Healthprobe = SLOW) -> ContainerFacts:
    facts = ContainerFacts(ContainerId(name), name, ReplicaId(name, 1))
    facts.begin_life()
    facts.learn(ContainerDetail(facts.id, name, "running", health="starting", healthprobe=probe))
    return facts


def test_first_try_at_once_then_growing_pauses_up_to_a_second() -> None:
    probes, facts, now = EagerProbes(2), starting(), 0.0
    moments = []
    for _ in range(9):
        assert probes.due([facts], now) == [facts]
        moments.append(now)
        probes.ended(facts, now)
        now = probes.next_due([facts]) or 0.0
    pauses = [after - before for before, after in pairwise(moments)]
    assert pauses == pytest.approx([0.1, 0.15, 0.225, 0.3375, 0.506, 0.759, 1.0, 1.0], abs=0.001)


def test_the_pause_is_three_times_what_the_probe_took() -> None:
    probes, facts = EagerProbes(2), starting()
    probes.due([facts], 0.0)
    probes.ended(facts, 2.0)
    assert probes.next_due([facts]) == 8.0


def test_one_at_a_time_per_container_and_few_in_all() -> None:
    probes = EagerProbes(2)
    a, b, c = starting("a"), starting("b"), starting("c")
    assert probes.due([a, b, c], 0.0) == [a, b]
    assert probes.due([a, b, c], 0.0) == []
    assert probes.next_due([a, b, c]) is None
    probes.ended(a, 0.1)
    assert probes.due([a, b, c], 0.1) == [c]


def test_a_probe_of_an_earlier_life_says_nothing() -> None:
    probes, facts = EagerProbes(2), starting()
    probes.due([facts], 0.0)
    facts.begin_life()
    assert not probes.ended(facts, 0.1)
    assert probes.due([facts], 0.1) == [facts]


def test_a_probe_of_a_container_that_ended_meanwhile_says_nothing() -> None:
    probes, facts = EagerProbes(2), starting()
    probes.due([facts], 0.0)
    facts.state = "exited"
    assert not probes.ended(facts, 0.1)
    assert not probes.ended(facts, 0.2)


def test_who_is_probed() -> None:
    assert is_wanted(starting())
    healthy = starting()
    healthy.health = "healthy"
    paused = starting()
    paused.state = "paused"
    passed = starting()
    passed.probed(ProbeOutput(0, ""))
    assert not any(is_wanted(facts) for facts in (healthy, paused, passed, ContainerFacts(ContainerId("x"), "x", None)))


def test_an_engine_that_probes_often_gets_one_early_try_only() -> None:
    facts = starting(probe=Healthprobe(("CMD", "true"), start_period=10, start_interval=0.1))
    assert is_wanted(facts)
    facts.probed(ProbeOutput(1, ""))
    assert not is_wanted(facts)


@pytest.mark.parametrize(
    ("probe", "pause"),
    [
        (Healthprobe((), interval=3.0), 3.0),
        (Healthprobe((), interval=3.0, start_interval=0.1), 3.0),
        (Healthprobe((), interval=3.0, start_interval=0.1, start_period=9.0), 0.1),
        (Healthprobe((), interval=30.0, start_period=9.0), 5.0),
    ],
)
def test_how_often_the_engine_probes_at_first(probe: Healthprobe, pause: float) -> None:
    assert engine_pause(probe) == pause
