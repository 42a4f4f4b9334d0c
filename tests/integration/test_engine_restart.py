"""A real restart of the engine in the middle of an `up`: its containers end, its socket goes, and both come back."""

from __future__ import annotations

import pytest

from tests.support.engine_events import await_all, await_event, watching
from tests.support.scenario import Scenario
from tests.support.small_disk import MIB, small_disk

pytestmark = pytest.mark.engine


def test_an_up_goes_on_after_it(scenario: Scenario) -> None:
    with small_disk(64 * MIB) as own:
        mine = Scenario(scenario.folder, scenario.project, own.engine)
        mine.history = scenario.history
        mine.environment["DOCKER_HOST"] = own.address
        mine.write("""
            services:
              web: {image: busybox, init: true, command: sleep 1000, depends_on: {db: {condition: service_healthy}}}
              db:
                image: busybox
                init: true
                command: sleep 1000
                healthcheck: {test: test -e /tmp/ready, interval: 200ms, retries: 1000}
              side: {image: busybox, init: true, command: sleep 1000, restart: always}
        """)
        with mine.going("up", "-d") as up:
            with watching(own.engine, mine.project) as events:
                await_all(events, ("create", "web"), ("start", "db"), ("start", "side"))
            made = mine.ids()
            own.stop()
            own.start()
            with watching(own.engine, mine.project) as events:
                if mine.states()["db-1"].startswith("exited"):
                    await_event(events, "start", "db")
            execution = own.engine.exec_create(mine.name("db"), ["touch", "/tmp/ready"])
            own.engine.exec_start(execution["Id"])
            assert up.stdout
            said = up.stdout.read()
            assert up.wait() == 0, said
        assert (mine.ids(), mine.states_when_ready()) == (made, {"db-1": "ready", "side-1": "ready", "web-1": "ready"})
        assert "planning again (1 of 2)" in said
        mine.composer("down", "-t", "0")
        assert mine.holdings().names == []
