"""Whom a plan is about."""

from __future__ import annotations

from composer.plan.actions import ReplicaId
from composer.plan.options import UpOptions
from composer.plan.subjects import container_names, started_replicas, stopped_containers
from composer.plan.up import plan_up
from tests.support.build import container_id, exited, observed, project, running, stale

SHOP = project("web -> db; db; cache; job", job={"container_name": "mine"})
SEEN = observed(SHOP, stale("web-1"), running("db-1"), exited("cache-1"))
PLAN = plan_up(SHOP, SEEN, UpOptions())


def test_names_of_what_stays_is_made_and_is_made_anew() -> None:
    names = {str(replica): name for replica, name in container_names(PLAN).items()}
    assert names == {"cache-1": "demo-cache-1", "db-1": "demo-db-1", "job-1": "mine", "web-1": "demo-web-1"}


def test_who_is_stopped_and_who_is_started() -> None:
    assert stopped_containers(PLAN) == {container_id("demo-web-1")}
    assert set(started_replicas(PLAN)) == {ReplicaId("web", 1), ReplicaId("cache", 1), ReplicaId("job", 1)}
    (cache,) = [step.id for step in PLAN.steps if step.id == "start:cache-1"]
    assert started_replicas(PLAN, {cache}) == (ReplicaId("cache", 1),)
