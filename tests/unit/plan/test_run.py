"""`run`: one container more, made when its dependencies are ready, and nothing done to the service's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from composer.errors import PlanError
from composer.model.deploy import Deploy, RestartPolicy
from composer.model.port import Port
from composer.model.service import Service
from composer.plan.actions import CreateContainer, OneOff, StartContainer
from composer.plan.desired import select
from composer.plan.run import RunOptions, one_off, plan_run, with_one_off, without_replicas
from tests.support.build import nothing, observed, project, running, stale
from tests.support.golden import assert_plan

SLUG = "0123456789ab" + "f" * 52
ONE = OneOff(slug=SLUG)


def options(**more: object) -> RunOptions:
    return RunOptions(**{"service": "web", "oneoff": ONE, **more})  # type: ignore[arg-type]


def service_of(given: Service, **more: object) -> Service:
    made = project("web")
    return one_off(made, given, options(**more))


def test_dependencies_first_then_the_container() -> None:
    made = with_one_off(project("web -> db:healthy; db"), options())
    result = plan_run(made, nothing(made), options())
    assert_plan(
        result.plan,
        """
        network:default  missing
        create:db-1  [after network:default]  missing
        start:db-1  [after create:db-1]  missing
        wait:db:healthy  [after start:db-1]  depended-on: needed by web
        create:web-1  [after network:default, wait:db:healthy]  missing
        """,
    )
    assert result.name == "demo-web-run-0123456789ab"
    assert isinstance(result.start, StartContainer)


def test_with_its_start() -> None:
    made = with_one_off(project("web"), options())
    result = plan_run(made, nothing(made), options(start=True))
    assert [str(step.id) for step in result.plan.steps] == ["network:default", "create:web-1", "start:web-1"]
    assert result.start is None


def test_the_services_own_containers_are_left_alone() -> None:
    made = with_one_off(project("web"), options())
    seen = observed(project("web*2"), running("web-1"), stale("web-2"))
    result = plan_run(made, without_replicas(seen, "web"), options())
    assert {step.kind for step in result.plan.steps} <= {"network", "create"}
    assert without_replicas(seen, "web") == replace(seen, containers=())


def test_marks_of_a_one_off() -> None:
    made = with_one_off(project("web"), options(name="mine"))
    (create,) = [
        step for step in plan_run(made, nothing(made), options(name="mine")).plan.steps if step.kind == "create"
    ]
    assert isinstance(create.action, CreateContainer)
    spec = create.action.spec
    marks = {key.removeprefix("com.docker.compose."): text for key, text in spec.labels.items()}
    assert (spec.name, spec.oneoff, marks["oneoff"], marks["slug"], marks.get("container-number")) == (
        "mine",
        ONE,
        "True",
        SLUG,
        None,
    )


def test_what_a_one_off_does_not_take_over() -> None:
    given = Service(
        name="web",
        image="busybox",
        restart="always",
        scale=3,
        ports=(Port(target=80),),
        deploy=Deploy(restart_policy=RestartPolicy(condition="any")),
    )
    made = service_of(given)
    assert (made.restart, made.replicas, made.ports, made.deploy) == (None, 1, (), Deploy())
    assert service_of(given, service_ports=True).ports == given.ports
    assert service_of(given, ports=(Port(target=1),)).ports == (Port(target=1),)


def test_what_the_flags_change() -> None:
    given = Service(
        name="web", command=("serve",), entrypoint=("run",), environment={"A": "1"}, labels={"x": "1"}, user="root"
    )
    made = service_of(given, command=("sh",), environment={"B": "2"}, labels={"x": "2"}, user="me", working_dir="/srv")
    assert (made.command, made.entrypoint, made.environment, made.labels, made.user, made.working_dir) == (
        ("sh",),
        ("run",),
        {"A": "1", "B": "2"},
        {"x": "2"},
        "me",
        "/srv",
    )


def test_another_entrypoint_drops_the_command() -> None:
    given = Service(name="web", command=("serve",), entrypoint=("run",))
    made = service_of(given, entrypoint=("sh",))
    assert (made.entrypoint, made.command) == (("sh",), ())
    made = service_of(given, entrypoint=("sh",), command=("-c",))
    assert (made.entrypoint, made.command) == (("sh",), ("-c",))


def test_capabilities() -> None:
    given = Service(name="web", cap_add=("SYS_TIME",), cap_drop=("CHOWN", "KILL"))
    made = service_of(given, cap_add=("CHOWN",), cap_drop=("SYS_TIME", "MKNOD"))
    assert (made.cap_add, made.cap_drop) == (("CHOWN",), ("KILL", "SYS_TIME", "MKNOD"))


def test_refused() -> None:
    with pytest.raises(PlanError, match="no such service: nobody"):
        with_one_off(project("web"), options(service="nobody"))
    with pytest.raises(PlanError, match="must be an absolute path"):
        with_one_off(project("web"), options(working_dir="srv"))


def test_without_dependencies() -> None:
    made = project("web -> db; db")
    alone = select(made, ["web"], no_deps=True)
    up = options().up
    changed = with_one_off(alone, options())
    with_no_deps = options(up=type(up)(no_deps=True))
    result = plan_run(changed, nothing(changed), with_no_deps)
    assert [str(step.id) for step in result.plan.steps] == ["network:default", "create:web-1"]
