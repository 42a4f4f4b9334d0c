"""A record's plain form, as it stands in a file."""

from __future__ import annotations

import json

import pytest

from composer.events.record import Entry, Run, read_run, run_document
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
