"""`composer logs` on a real engine: nothing lost, torn or told twice, whatever happens meanwhile."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from tests.support.proxy import in_front_of_the_engine
from tests.support.scenario import Scenario, read_until

pytestmark = pytest.mark.engine

COUNTING = """
    services:
      counter:
        image: busybox
        init: true
        command: ["sh", "-c", "i=0; while true; do i=$$((i+1)); echo out $$i; echo err $$i >&2; sleep 0.02; done"]
"""
WORDS = """
    services:
      first:
        image: busybox
        tty: true
        command: ["sh", "-c", "echo 1; stty raw; head -c 40000 /dev/zero | tr '\\\\0' x; echo; echo 2"]
      second:
        image: busybox
        command: ["sh", "-c", "echo 3; echo 4 >&2; head -c 40000 /dev/zero | tr '\\\\0' y; echo; printf 5"]
        depends_on: {first: {condition: service_completed_successfully}}
      third:
        image: busybox
        command: ["sh", "-c", "echo 6"]
        depends_on: {second: {condition: service_completed_successfully}}
      mute:
        image: busybox
        command: ["true"]
        logging: {driver: none}
"""
ROTATING = """
    services:
      talker:
        image: busybox
        command: ["sh", "-c", "for i in $$(seq 3000); do echo line $$i; [ $$((i % 50)) != 0 ] || sleep 0.02; done"]
        logging: {driver: json-file, options: {max-size: 30k, max-file: "3"}}
"""


def test_a_follow_survives_breaks_of_the_connection(scenario: Scenario, tmp_path: Path) -> None:
    scenario.write(COUNTING)
    scenario.composer("up", "-d")
    with in_front_of_the_engine(tmp_path) as proxy:
        scenario.environment["DOCKER_HOST"] = proxy.address
        with scenario.going("logs", "-f", "--no-log-prefix") as following:
            told = read_until(following, "out 20\n")
            for number in (60, 100):
                proxy.cut()
                proxy.restore()
                told += read_until(following, f"out {number}\n")
            following.send_signal(signal.SIGINT)
            assert following.stdout
            told += following.stdout.read()
            assert following.wait(60) == 130
        scenario.environment["DOCKER_HOST"] = os.environ.get("DOCKER_HOST", "")
        scenario.composer("kill")
    for stream in ("out", "err"):
        numbers = [int(line.split()[1]) for line in told.splitlines() if line.startswith(stream)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) >= 99


def test_all_lines_whole_and_in_the_order_of_time(scenario: Scenario) -> None:
    scenario.write(WORDS)
    scenario.composer("up", "-d", "--wait", code=None)
    scenario.composer("wait", "third", "mute")
    said = scenario.composer("logs", "--json")
    told = [json.loads(line) for line in said.stdout.splitlines()]
    assert f"{scenario.name('mute')}: configured logging driver does not support reading" in said.stderr
    assert [one["time"] for one in told] == sorted(one["time"] for one in told)
    assert [(one["service"], one["line"][:1], len(one["line"])) for one in told if one["stream"] == "stdout"] == [
        ("first", "1", 1),
        ("first", "x", 40000),
        ("first", "2", 1),
        ("second", "3", 1),
        ("second", "y", 40000),
        ("second", "5", 1),
        ("third", "6", 1),
    ]
    assert [(one["container"], one["line"]) for one in told if one["stream"] == "stderr"] == [
        (scenario.name("second"), "4")
    ]
    plain = scenario.composer("logs", "--no-log-prefix", "--grep", "^[0-9]", "second", "third")
    assert sorted(plain.stdout.splitlines()) == ["3", "4", "5", "6"]
    split = scenario.composer("logs", "--split", "--no-color", "--tail", "1", "--index", "1", "second")
    assert (split.stdout, split.stderr) == ("second-1  | 5\n", "")


def test_a_follow_goes_on_when_the_log_is_rotated(scenario: Scenario) -> None:
    scenario.write(ROTATING)
    scenario.composer("create")
    with scenario.going("up", "--no-log-prefix") as process:
        assert process.stdout
        told = process.stdout.read()
    numbers = [int(line.split()[1]) for line in told.splitlines() if line.startswith("line ")]
    assert sorted(set(numbers)) == list(range(1, 3001))
    old = scenario.engine.version()["ApiVersion"] == "1.41"  # which sends some lines again when it rotates a log
    assert numbers == sorted(set(numbers)) or old
