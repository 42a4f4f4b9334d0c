"""Which names `Attaching to` tells: those that run on, those that start, each once."""

from __future__ import annotations

from composer.cli.attached_names import attached_names
from composer.plan.options import UpOptions
from composer.plan.up import plan_up
from tests.support.build import exited, observed, one_off, project, running

SHOP = project("web*2 -> db; db; job", job={"container_name": "mine"})


def test_what_runs_on_and_what_is_started() -> None:
    seen = observed(SHOP, running("db-1"), exited("web-1"), one_off("web"))
    plan = plan_up(SHOP, seen, UpOptions())
    assert attached_names(plan, seen.containers, lambda _: True) == ("db-1", "mine", "web-1", "web-2")
    assert attached_names(plan, seen.containers, {"web"}.__contains__) == ("web-1", "web-2")
