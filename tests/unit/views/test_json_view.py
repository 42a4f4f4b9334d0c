"""`--progress json`: the reference's fields, ours added, a summary at the end."""

from __future__ import annotations

import io
import json
from typing import Any

from composer.events.types import Event, InterruptReceived, Warned
from composer.views.json import JsonView
from tests.support.runs import FAILED, OPENING, SUCCESS


def told(*events: Event, dry_run: bool = False) -> list[dict[str, Any]]:
    stream = io.StringIO()
    view = JsonView(stream, dry_run=dry_run)
    for event in events:
        view(event)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_the_beginning() -> None:
    assert told(*OPENING[:4]) == [
        {"event": "run", "verb": "up", "project": "shop", "steps": 18, "time": 0.0},
        {"id": "Container shop-cache-1", "status": "Running", "time": 0.0},
        {
            "id": "Network shop_default",
            "status": "Creating",
            "time": 0.0,
            "step": "network:default",
            "reason": "missing",
        },
        {"id": "Volume shop_data", "status": "Creating", "time": 0.0, "step": "volume:data", "reason": "missing"},
        {"id": "web", "text": "Pulling", "time": 0.0, "step": "pull:web:1", "reason": "image-missing"},
    ]


def test_the_reference_s_fields_of_a_whole_run() -> None:
    lines = [line for line in told(*SUCCESS) if line.get("id") == "Container shop-db-1"]
    assert [line["status"] for line in lines] == ["Creating", "Created", "Starting", "Started", "Waiting", "Healthy"]


def test_a_wait_says_what_met_it_and_how_long_it_took() -> None:
    assert next(line for line in told(*SUCCESS) if line.get("status") == "Healthy") == {
        "id": "Container shop-db-1",
        "status": "Healthy",
        "time": 1.5,
        "step": "wait:db",
        "outcome": "succeeded",
        "duration": 1.0,
        "detail": "healthy (own probe)",
    }


def test_a_pull_s_progress_has_numbers() -> None:
    assert next(line for line in told(*OPENING) if "percent" in line) == {
        "id": "web",
        "text": "1 of 3 layers",
        "current": 12000000,
        "total": 40000000,
        "percent": 30,
        "time": 0.3,
        "step": "pull:web:1",
    }


def test_why_a_step_is_held_and_what_a_probe_said() -> None:
    lines = told(*OPENING)
    assert next(line for line in lines if line.get("step") == "start:migrate-1" and line["time"] == 0.0) == {
        "event": "held",
        "step": "start:migrate-1",
        "holds": [
            {"kind": "step", "on": "create:migrate-1", "text": "create:migrate-1"},
            {"kind": "condition", "on": "db", "text": "db: healthy"},
        ],
        "time": 0.0,
    }
    assert lines[-1] == {
        "event": "probe",
        "replica": "db-1",
        "by": "engine",
        "count": 2,
        "exit_code": 1,
        "output": "psql: error\nconnection refused\n",
        "time": 0.8,
    }


def test_a_failed_run_ends_with_its_story_and_a_summary() -> None:
    assert told(*FAILED)[-2:] == [
        {
            "error": True,
            "event": "failure",
            "step": "wait:db",
            "service": "db",
            "container": "shop-db-1",
            "message": "dependency failed to start: container shop-db-1 is unhealthy",
            "exit_code": 137,
            "exit_meaning": "killed by SIGKILL, out of memory",
            "needed_by": [
                {"service": "migrate", "condition": "service_healthy"},
                {"service": "web", "condition": "service_healthy"},
            ],
            "probes": [
                {"exit_code": 1, "output": "psql: error\nconnection refused\n"},
                {"exit_code": -1, "output": ""},
            ],
            "log_tail": ["LOG:  starting", "FATAL:  out of memory"],
            "hint": "Raise mem_limit of db.",
            "command": "composer logs db",
        },
        {
            "event": "summary",
            "time": 5.0,
            "ok": False,
            "interrupted": False,
            "timed_out": False,
            "seconds": 5.0,
            "steps": {},
            "failed": ["db"],
            "not_started": ["migrate", "web", "proxy"],
            "left_running": ["shop-cache-1", "shop-db-1"],
        },
    ]


def test_a_dry_run_is_marked_on_every_line() -> None:
    assert all(line["dry-run"] is True for line in told(*SUCCESS, dry_run=True))


def test_warnings_and_interrupts() -> None:
    assert told(Warned(0.5, "network in use"), InterruptReceived(1.0, 1)) == [
        {"warning": True, "message": "network in use", "time": 0.5},
        {"event": "interrupt", "count": 1, "time": 1.0},
    ]


def test_a_hold_is_told_again_only_when_a_condition_changes() -> None:
    held = [line["time"] for line in told(*SUCCESS) if line.get("event") == "held" and line["step"] == "start:web-1"]
    assert held == [1.2, 1.5]
    assert [line["time"] for line in told(*SUCCESS) if line.get("step") == "start:migrate-1"][:2] == [0.0, 1.5]
