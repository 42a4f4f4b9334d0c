"""What an attached `up` writes where: both tools put the same on stdout and on stderr. Differences: INTENDED.md."""

from __future__ import annotations

import re

import pytest

from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER

pytestmark = [pytest.mark.engine, pytest.mark.peer]

# The words come one after the other: each waits for the file that says so.
FILE = """
    services:
      web:
        image: busybox
        command:
          - sh
          - -c
          - |
            echo out; echo err >&2
            until [ -e /tmp/go ]; do sleep 0.05; done
            echo end; sleep 0.3
        post_start:
          - {command: ["sh", "-c", "sleep 0.3; echo hook; echo trouble >&2; printf half"]}
          - {command: ["sh", "-c", "echo last; touch /tmp/go"]}
"""


def test_streams_and_hooks(scenario: Scenario) -> None:
    scenario.write(FILE)
    told = []
    for tool in (COMPOSER, PEER):
        ran = scenario.run(tool, "up", "--no-color")
        told.append([sorted(said(text)) for text in (ran.stdout, ran.stderr)])
        scenario.composer("down", "-t", "0")
    assert told[0] == told[1]
    out, errors = told[0]
    assert "web-1 -> | last" in out
    assert errors == ["web-1 | err"]


QUIET = """
    services:
      job: {image: busybox, init: true, command: ["sh", "-c", "sleep 2; exit 4"]}
      hasty: {image: busybox, init: true, attach: false, command: ["sh", "-c", "exit 5"]}
      lasting: {image: busybox, init: true, attach: false, command: ["sleep", "1000"]}
"""


def test_whose_output_is_not_shown_does_not_count_for_the_end(scenario: Scenario) -> None:
    scenario.write(QUIET)
    for flags, code, last in (((), 0, "running"), (("--abort-on-container-exit",), 4, "exited 143")):
        for tool in (COMPOSER, PEER):
            scenario.run(tool, "up", *flags, code=code)
            assert scenario.states() == {"hasty-1": "exited 5", "job-1": "exited 4", "lasting-1": last}
            scenario.composer("down", "-t", "0")


def said(text: str) -> list[str]:
    """Lines of output, however wide their prefixes are; a hook's two streams come in any order."""
    lines = (re.sub(r" +", " ", re.sub(r"\r|\033\[K", "", line)) for line in text.splitlines())
    return [line for line in lines if " | " in line and not re.search("half|trouble", line)]
