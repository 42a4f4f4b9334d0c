"""`composer up`, `create` and `scale` behind their flags: plan, carry out and, unless detached, stay.

Must not know: how a plan is made or carried out, how output is read (`execute.session`'s).
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from composer.cli.agreement import Agreement
from composer.cli.carryout import carry_out, exit_code, show_plan, tell_warnings
from composer.cli.context import load, no_such_service
from composer.cli.surroundings import is_true
from composer.errors import UsageError

if TYPE_CHECKING:
    from composer.api import Stack
    from composer.cli.options import GlobalOptions
    from composer.cli.request import UpRequest
    from composer.execute.lock import ProjectLock
    from composer.execute.policy import RunPolicy
    from composer.model.project import Project
    from composer.plan.actions import ContainerId
    from composer.plan.observed import ObservedState
    from composer.plan.options import UpOptions
    from composer.plan.plan import Plan


def run_up(options: GlobalOptions, request: UpRequest, *, dry_run: bool) -> int:
    """The whole of `up`; returns the exit status. Raises LoadError, PlanError, EngineError, ProjectBusy."""
    from composer.api import Stack, open_engine, open_reader  # noqa: PLC0415 - after the flags are known good

    up = with_environment(request.options)
    loaded = load(options, services=up.services, no_deps=up.no_deps)
    project = loaded.project
    if not project.services:
        raise UsageError("no service selected", hint="The file defines no service, or none of an active profile.")
    _check_services(project, request)
    dry = dry_run or options.dry_run
    engine = open_reader(os.environ) if dry else open_engine(os.environ)
    stack = Stack(engine, name=project.name, project=project, environment=os.environ, origins=loaded.origins)
    with stack:
        if dry:
            return show_plan(stack.plan_up(stack.observe(), up), verb=request.verb, stack=stack, options=options)
        from composer.cli.persist import project_lock  # noqa: PLC0415 - not for dry runs

        with project_lock(stack, request.verb, options) as lock:
            return _BringUp(stack, up, request, options).run(lock)


def bring_up(stack: Stack, up: UpOptions, options: GlobalOptions, *, verb: str) -> int:
    """A detached `up` on a stack that is open already; the exit status. Raises PlanError, EngineError, ProjectBusy."""
    from composer.cli.persist import project_lock  # noqa: PLC0415 - acting commands only
    from composer.cli.request import LogOptions, UpRequest  # noqa: PLC0415
    from composer.execute.attached import AttachPolicy  # noqa: PLC0415

    request = UpRequest(options=up, attached=False, policy=AttachPolicy(), logs=LogOptions())
    with project_lock(stack, verb, options) as lock:
        return _BringUp(stack, up, request, options).run(lock)


class _BringUp:
    """An `up` that changes things, while the project is locked."""

    def __init__(self, stack: Stack, up: UpOptions, request: UpRequest, options: GlobalOptions) -> None:
        self._stack = stack
        self._up = up
        self._request = request
        self._options = options
        self._pulled: frozenset[str] = frozenset()
        self._before: frozenset[ContainerId] = frozenset()
        self._agreement = Agreement(yes=up.yes, verb=request.verb)

    def run(self, lock: ProjectLock) -> int:
        from composer.api import pulled_by  # noqa: PLC0415 - loaded already
        from composer.cli.persist import Undertaking, carry_out_persistently  # noqa: PLC0415

        stack, options, policy = self._stack, self._options, _run_policy(self._request)
        events = stack.watch()
        observed = stack.observe()
        pulls = stack.plan_refresh(observed, self._up)
        if pulls:
            result = carry_out(stack, pulls, policy, observed=observed, options=options, unsaid=self._request.unsaid)
            if not result.ok:
                return exit_code(result)
            self._pulled = pulled_by(pulls)
            observed = stack.observe()
        self._before = frozenset(container.id for container in observed.containers)
        begun = Undertaking(self._plan(observed), observed, self._plan_anew, events, continues=bool(pulls))
        tell_warnings(begun.plan, options)
        if self._request.attached:
            from composer.cli.stay import up_and_stay  # noqa: PLC0415 - not for `up -d`

            return up_and_stay(stack, begun, policy, self._request, options=options, lock=lock)
        _, result = carry_out_persistently(stack, begun, policy, options=options, unsaid=self._request.unsaid)
        return exit_code(result)

    def _plan(self, observed: ObservedState) -> Plan:
        made = frozenset(container.id for container in observed.containers) - self._before
        return self._agreement.settle(
            lambda declined: self._stack.plan_up(
                observed, replace(self._up, declined=declined, made=made), pulled=self._pulled
            )
        )

    def _plan_anew(self) -> tuple[ObservedState, Plan]:
        observed = self._stack.observe()
        return observed, self._plan(observed)


def with_environment(up: UpOptions) -> UpOptions:
    """`COMPOSE_REMOVE_ORPHANS` and `COMPOSE_IGNORE_ORPHANS` stand in for flags that were not given."""
    return replace(
        up,
        remove_orphans=up.remove_orphans or is_true("COMPOSE_REMOVE_ORPHANS"),
        ignore_orphans=up.ignore_orphans or is_true("COMPOSE_IGNORE_ORPHANS"),
    )


def _run_policy(request: UpRequest) -> RunPolicy:
    """Raises UsageError for an unknown `COMPOSER_READINESS`."""
    from composer.execute.policy import RunPolicy  # noqa: PLC0415

    readiness = request.readiness or os.environ.get("COMPOSER_READINESS") or "eager"
    if readiness not in ("eager", "engine"):
        raise UsageError(f"COMPOSER_READINESS is '{readiness}'", hint="Use eager or engine.")
    return RunPolicy(verb=request.verb, eager=readiness == "eager", quiet_transfers=request.quiet_pull)


def _check_services(project: Project, request: UpRequest) -> None:
    known = {*project.services, *project.disabled}
    for flag, names in (
        ("--exit-code-from", (request.policy.exit_code_from,)),
        ("--attach", request.logs.attach),
        ("--no-attach", request.logs.no_attach),
        ("--scale", tuple(request.options.scale)),
    ):
        for name in names:
            if name and name not in known:
                raise no_such_service(name, known, note=f" (from {flag})")
