"""A record's plain form, as it stands in a file."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from composer.events.record import Entry, Run, joined, read_run, run_document
from composer.plan.change import Change

RUN = Run(
    verb="up",
    project="shop",
    began=100.5,
    seconds=2.5,
    ok=False,
    engine="unix:///x",
    working_dir="/srv",
    entries=(
        Entry(kind="network", name="shop_default", did="created", cause="missing", after=0.1),
        Entry(
            kind="container",
            name="shop-web-1",
            service="web",
            did="recreated",
            cause="config-changed",
            changes=(Change("environment.LOG", "info", "debug"), Change("environment.TOKEN", hidden=True)),
            outcome="failed",
            message="exited with 3",
            exit_code=3,
        ),
    ),
)


def test_it_reads_back_from_plain_values() -> None:
    assert read_run(json.loads(json.dumps(run_document(RUN)))) == RUN


def test_what_is_empty_is_left_out_of_an_entry() -> None:
    assert run_document(RUN)["entries"][0] == {
        "kind": "network",
        "name": "shop_default",
        "did": "created",
        "cause": "missing",
        "outcome": "succeeded",
        "after": 0.1,
    }


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"began": "soon", "entries": []},
        {"verb": "up", "project": "shop", "began": 1, "entries": [{"kind": "container"}]},
        {"verb": "up", "project": "shop", "began": 1, "entries": [{"kind": "a", "name": "b", "more": 1}]},
        {"verb": "up", "project": "shop", "began": 1, "entries": 1},
        {"verb": "up", "project": "shop", "began": 1, "entries": ["x"]},
    ],
)
def test_anything_else_is_refused(document: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        read_run(document)


def container(name: str, did: str, **changes: object) -> Entry:
    return Entry(kind="container", name=name, did=did, **changes)  # type: ignore[arg-type]


def test_two_parts_of_one_command_are_one_run() -> None:
    made = container("web", "recreated", cause="config-changed", changes=(Change("user", "0", "1"),))
    lost = container("db", "created", cause="missing", outcome="failed", message="no such container")
    earlier = Run(
        verb="up",
        project="shop",
        began=100.0,
        seconds=2.0,
        ok=False,
        entries=(
            Entry(kind="image", name="x", did="built"),
            made,
            lost,
            container("late", "created", outcome="skipped"),
        ),
    )
    started = container("web", "started", cause="not-running", ready="running", after=1.0)
    again = container("db", "created", cause="missing", after=1.0)
    later = Run(verb="up", project="shop", began=105.0, seconds=1.5, entries=(started, again))
    assert joined(earlier, later) == Run(
        verb="up",
        project="shop",
        began=100.0,
        seconds=6.5,
        entries=(
            Entry(kind="image", name="x", did="built"),
            replace(started, did="recreated", cause="config-changed", changes=made.changes),
            again,
        ),
    )
