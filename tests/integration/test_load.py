"""Much at once, on a real engine: nothing lost, told twice or torn, and nothing held on to.

`tests/bench/load.py` has the same at a larger scale, by hand.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.scenario import Scenario, read_until

pytestmark = pytest.mark.engine

SERVICES = 20
LINES = 400
ROOM = 24  # MiB that a command may need beyond what it had in the beginning
STARTS = 30
TALKER = (
    '{{image: busybox, init: true, network_mode: none, command: ["sh", "-c", '
    '"i=0; while [ $$i -lt {lines} ]; do i=$$((i+1)); echo {name} $$i of {lines}; sleep 0.01; done; exec sleep 1000"]}}'
)
JOB = "{image: busybox, network_mode: none, command: ['true']}"


class Footprint:
    """What a running process holds: open files, and memory in MiB."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        folder = Path(f"/proc/{process.pid}")
        self.files = len(list((folder / "fd").iterdir()))
        self.memory = int(re.findall(r"VmRSS:\s+(\d+)", (folder / "status").read_text())[0]) / 1024


@pytest.fixture
def talkers(scenario: Scenario) -> Scenario:
    talking = {f"s{number:02}": "" for number in range(SERVICES)}
    services = "".join(f"  {name}: {TALKER.format(name=name, lines=LINES)}\n" for name in talking)
    scenario.write(f"services:\n{services}")
    return scenario


def test_many_logs_are_followed_and_many_commands_run_meanwhile(talkers: Scenario) -> None:
    talkers.composer("up", "-d")
    with talkers.going("logs", "-f", "--no-color") as following:
        told, missing = [], {f"s{number:02} {LINES} of {LINES}" for number in range(SERVICES)}
        assert following.stdout
        first = following.stdout.readline()
        before = Footprint(following)
        for _ in range(SERVICES):
            assert talkers.composer("exec", "-T", "s00", "echo", "here").stdout == "here\n"
        told.append(first)
        while missing:
            told.append(following.stdout.readline())
            missing.discard(told[-1].partition("| ")[2].rstrip("\n"))
        after = Footprint(following)
        talkers.composer("kill")
        told += following.stdout.readlines()
        assert following.wait(60) == 0
    seen: dict[str, list[str]] = {}
    for line in told:
        if " | " in line:
            name, _, text = line.rstrip("\n").partition(" | ")
            seen.setdefault(name.strip(), []).append(text)
    assert seen == {
        f"{name}-1": [f"{name} {number} of {LINES}" for number in range(1, LINES + 1)]
        for name in (f"s{number:02}" for number in range(SERVICES))
    }
    assert after.files <= before.files + SERVICES
    assert after.memory <= before.memory + ROOM


def test_every_start_is_told(scenario: Scenario) -> None:
    """The command that tells of them has no more open at the end than in the beginning."""
    half = STARTS // 2
    scenario.write("services:\n" + "".join(f"  s{number:02}: {JOB}\n" for number in range(half)))
    scenario.composer("create")
    with scenario.going("events", "--json") as telling:
        told = []
        for turn in range(2):
            scenario.composer("start")
            scenario.composer("wait", *(f"s{number:02}" for number in range(half)))
            if not turn:
                told.append(read_until(telling, '"die"'))
                before = Footprint(telling)
        scenario.composer("rm", "-f", f"s{half - 1:02}")
        told.append(read_until(telling, '"destroy"'))
        after = Footprint(telling)
        telling.send_signal(signal.SIGINT)
        assert telling.wait(60) == 130
    events = [json.loads(line) for line in "".join(told).splitlines()]
    for action in ("start", "die"):
        services = [event["service"] for event in events if event["action"] == action]
        assert sorted(services) == sorted(2 * [f"s{number:02}" for number in range(half)])
    assert after.files == before.files
    assert after.memory <= before.memory + ROOM
