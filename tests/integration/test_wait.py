"""`up --wait` on a real engine: what counts as ready, what does not, and who is waited for."""

from __future__ import annotations

import pytest

from tests.support.scenario import Scenario

pytestmark = pytest.mark.engine


def test_jobs_that_succeed_and_crashes_that_heal_are_success(scenario: Scenario) -> None:
    scenario.write("""
        services:
          oneshot: {image: busybox, command: "true"}
          checked: {image: busybox, command: "true", healthcheck: {test: "false", interval: 30s}}
          job: {image: busybox, command: "true", restart: on-failure}
          after:
            image: busybox
            init: true
            command: sleep 1000
            depends_on: {job: {condition: service_completed_successfully}}
          crashing:
            image: busybox
            init: true
            restart: on-failure
            command: sh -c 'test -e /tmp/once && touch /tmp/ok && exec sleep 1000; touch /tmp/once; exit 3'
            healthcheck: {test: test -e /tmp/ok, interval: 200ms, retries: 100}
    """)
    told = scenario.composer("up", "--wait", "--wait-timeout", "60").stderr
    assert scenario.states_when_ready() == {
        "after-1": "ready",
        "checked-1": "exited 0",
        "crashing-1": "ready",
        "job-1": "exited 0",
        "oneshot-1": "exited 0",
    }
    assert f"Container {scenario.name('crashing')}  Healthy" in told
    scenario.composer("up", "--wait", "--wait-timeout", "60")


@pytest.mark.parametrize(
    ("service", "reason"),
    [
        ("{image: busybox, command: 'false'}", "exited (1)"),
        ("{image: busybox, command: 'true', restart: on-failure, healthcheck: {test: 'true'}}", "exited (0)"),
    ],
)
def test_what_was_to_run_and_has_ended_is_failure(scenario: Scenario, service: str, reason: str) -> None:
    scenario.write(f"services: {{web: {service}}}")
    told = scenario.composer("up", "--readiness", "engine", "--wait", code=1).stderr
    assert f"container {scenario.name('web')} {reason}" in told
