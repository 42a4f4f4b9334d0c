"""Hooks on a real engine: `pre_start` in containers of their own, and what is told of hooks that fail."""

from __future__ import annotations

import pytest

from tests.support.scenario import Scenario

pytestmark = pytest.mark.engine

COMPOSE = """
services:
  web:
    image: busybox
    command: sh -c 'cat /data/made; sleep 1000'
    init: true
    scale: 2
    env_file: from.env
    volumes: [data:/data]
    depends_on: {db: {condition: service_healthy}}
    networks: [default, back]
    pre_start:
      - command: ["sh", "-c", "ping -c1 db > /dev/null && echo first $$FROM $$MORE > /data/made"]
        environment: {MORE: hook}
      - {command: 'sh -c "cat /etc/hostname > /dev/null && echo second >> /data/made"', image: busybox, user: root}
  db: {image: busybox, command: sleep 1000, init: true, networks: [back], healthcheck: {test: "true", interval: 0.3s}}
volumes: {data: }
networks: {back: }
"""
FAILING = """
services:
  web:
    image: busybox
    command: sleep 1000
    init: true
    pre_start:
      - command: sh -c 'for i in 1 2 3; do echo out $$i; done; echo could not migrate >&2; exit 4'
      - command: "true"
"""


def test_pre_start_hooks_run_once_before_all_replicas(scenario: Scenario) -> None:
    scenario.write(COMPOSE)
    (scenario.folder / "from.env").write_text("FROM=service")
    scenario.composer("up", "-d")
    logs = scenario.composer("logs", "--no-color", "--no-log-prefix", "web").stdout
    assert sorted(logs.split("\n")) == ["", "first service hook", "first service hook", "second", "second"]
    assert scenario.states_when_ready() == {"db-1": "ready", "web-1": "ready", "web-2": "ready"}

    before = scenario.ids()
    scenario.composer("up", "-d", "--scale", "web=3")  # one runs already: no hooks
    assert "pre_start" not in scenario.history[-1].stderr  # type: ignore[union-attr]
    assert {name: scenario.ids()[name] for name in before} == before
    scenario.composer("stop", "-t", "0", "web")
    told = scenario.composer("start").stderr
    assert told.count("pre_start-1  Exited") == 1
    logs = scenario.composer("logs", "--no-color", "--no-log-prefix", "web").stdout
    assert set(logs.split("\n")) == {"", "first service hook", "second"}  # the env file counts here too

    (scenario.folder / "from.env").unlink()
    scenario.composer("down", "-v", "-t", "0")
    assert scenario.holdings().names == []


def test_a_pre_start_hook_that_fails_holds_up_the_service_and_is_kept(scenario: Scenario) -> None:
    scenario.write(FAILING)
    told = scenario.composer("up", "-d", code=1).stderr
    assert "web hook exited with status 4 (pre_start[0])" in told
    assert "could not migrate" in told
    assert "out 3" not in told  # what it wrote to stderr says it
    kept = f"{scenario.project}-web-pre_start-1"
    assert scenario.states() == {"web-1": "created", "web-pre_start-1": "exited 4"}
    assert kept in scenario.holdings().containers

    scenario.write(FAILING.replace("exit 4", "exit 0"))
    scenario.composer("up", "-d")
    assert scenario.states() == {"web-1": "running"}
    scenario.write(FAILING)
    scenario.composer("up", "-d", "--force-recreate", code=1)
    scenario.composer("down", "-t", "0")
    assert scenario.holdings().names == []


def test_what_other_hooks_wrote_is_told_when_they_fail(scenario: Scenario) -> None:
    scenario.write(
        """
        services:
          after: {image: busybox, command: sleep 90, init: true, post_start: [{command: sh -c 'echo no luck; exit 5'}]}
          before: {image: busybox, command: sleep 90, init: true, pre_stop: [{command: sh -c 'echo not yet; exit 6'}]}
        """
    )
    told = scenario.composer("up", "-d", code=1).stderr
    assert "after hook exited with status 5 (post_start[0] of after-1)" in told
    assert "no luck" in told
    told = scenario.composer("stop", "-t", "0", code=1).stderr
    assert "before hook exited with status 6 (pre_stop[0] of before-1)" in told
    assert "not yet" in told
    assert scenario.states() == {"after-1": "exited 143", "before-1": "running"}
