"""Random lives in which every command is killed somewhere on its way and then given again: the engine holds what docker
compose, undisturbed, would have left. More seeds by hand: `COMPOSER_TESTS_INTERRUPTED=100-200`.
"""

from __future__ import annotations

import os
import signal
import subprocess
from random import Random
from typing import Any

import pytest

from tests.differential.test_random_lives import lived, prepare, settled
from tests.support.compose_cases import differences
from tests.support.lives import Life, Step, life
from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER

pytestmark = [pytest.mark.engine, pytest.mark.peer]

first, _, last = os.environ.get("COMPOSER_TESTS_INTERRUPTED", "").partition("-")
SEEDS = range(int(first), int(last)) if last else (508,)
KINDS = ("containers", "networks", "volumes")
AGAIN_IS_MORE = {"--force-recreate", "-V"}  # given twice, they also replace what the first run has made
LONGEST = 1.2  # seconds until a command is killed; most would have ended by themselves then


def kill_after(seconds: float, scenario: Scenario, step: Step) -> None:
    with scenario.going(*step.arguments) as process:
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    scenario.history.append(f"killed after {seconds:.3f} s")


def interrupted(scenario: Scenario, of: Life, random: Random) -> list[dict[str, Any]]:
    """What there is after each step of Composer, killed once and then repeated."""
    prepare(scenario)
    told = []
    for step in of.steps:
        scenario.write(step.file)
        if AGAIN_IS_MORE.isdisjoint(step.arguments):
            kill_after(random.uniform(0, LONGEST), scenario, step)
        scenario.run(COMPOSER, *step.arguments, code=None)
        told.append(settled(scenario, step.file))
    scenario.sweep()
    return told


@pytest.mark.parametrize("seed", SEEDS)
def test_a_command_that_is_killed_and_given_again_does_all_it_would_have(
    scenario: Scenario, peer: str, seed: int
) -> None:
    of = life(seed)
    expected = [{kind: after[kind] for kind in KINDS} for after in lived(scenario, of, [PEER] * len(of.steps))]
    found = interrupted(scenario, of, Random(seed))
    for at, step in enumerate(of.steps):
        assert (differences(found[at], expected[at]), step) == ([], step), ", ".join(map(str, of.steps[: at + 1]))
