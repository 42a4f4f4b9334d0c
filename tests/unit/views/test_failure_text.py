"""The story of a failed run, as people read it."""

from __future__ import annotations

import re

from composer.events.types import Failure, RunResult, StepOutcome
from composer.plan.actions import StepId
from composer.views.failures import failure_text, result_object
from tests.support.runs import FAILURE


def test_the_whole_story() -> None:
    result = RunResult(
        False,
        failures=(FAILURE,),
        not_started=("migrate", "web", "proxy"),
        left_running=("shop-cache-1", "shop-db-1"),
        seconds=5.0,
    )
    assert failure_text(result).splitlines() == [
        "error: dependency failed to start: container shop-db-1 is unhealthy",
        "  service       db (container shop-db-1)",
        "  exit code     137 (killed by SIGKILL, out of memory)",
        "  needed by     migrate (healthy), web (healthy)",
        "  last probes   exit 1: psql: error",
        "                        connection refused",
        "                timed out: (no output)",
        "  last output   | LOG:  starting",
        "                | FATAL:  out of memory",
        "  hint          Raise mem_limit of db.",
        "  look further  composer logs db",
        "",
        "3 services were not started: migrate, web, proxy",
        "2 containers still running: shop-cache-1, shop-db-1",
    ]


def test_only_what_is_known_is_told() -> None:
    port = Failure(StepId("start:web-1"), "web", "", "port 80 is taken")
    assert failure_text(RunResult(False, failures=(port,), not_started=("proxy",))).splitlines() == [
        "error: web: port 80 is taken",
        "  service       web",
        "",
        "1 service was not started: proxy",
        "nothing of the project is running",
    ]


def test_several_root_causes_stand_apart() -> None:
    failures = tuple(Failure(StepId(f"network:{key}"), "", "", f"network {key} is taken") for key in ("a", "b"))
    assert failure_text(RunResult(False, failures=failures, left_running=("x",))).splitlines() == [
        "error: network a is taken",
        "",
        "error: network b is taken",
        "",
        "1 container still running: x",
    ]


def test_time_out_and_interrupt() -> None:
    assert failure_text(RunResult(False, timed_out=True, wait_timeout=30, left_running=("x",))).splitlines() == [
        "error: application not healthy after 30s",
        "1 container still running: x",
    ]
    assert failure_text(RunResult(False, interrupted=True)) == "interrupted\n"


def test_a_good_run_has_no_story() -> None:
    assert failure_text(RunResult(True, left_running=("x",))) == ""


def test_colour_is_only_added() -> None:
    result = RunResult(False, failures=(FAILURE,))
    assert re.sub(r"\033\[[\d;]*m", "", failure_text(result, colour=True)) == failure_text(result)


def test_container_output_cannot_drive_the_terminal() -> None:
    evil = Failure(StepId("s"), "web", "", "web: x", probes=((1, "a\x1b[2Jb"),), log_tail=("\x1b]0;title\x07z",))
    assert "\x1b" not in failure_text(RunResult(False, failures=(evil,)))


def test_the_run_in_numbers() -> None:
    outcomes = (
        (StepId("a"), StepOutcome.SUCCEEDED),
        (StepId("b"), StepOutcome.SUCCEEDED),
        (StepId("c"), StepOutcome.FAILED),
    )
    told = result_object(RunResult(False, outcomes=outcomes, failures=(FAILURE,), seconds=1.23456))
    assert told == {
        "ok": False,
        "interrupted": False,
        "timed_out": False,
        "seconds": 1.235,
        "steps": {"succeeded": 2, "failed": 1},
        "failed": ["db"],
        "not_started": [],
        "left_running": [],
    }
