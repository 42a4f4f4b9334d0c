"""The public Python API, and the one place where loader, engine, planner, runner and views are wired.

    with Stack.open(LoadRequest(cwd=os.getcwd(), environment=os.environ)) as stack:
        result = stack.up(UpOptions(wait=True))

Only this module builds engine clients and runners. It prints nothing: subscribe to `Stack.bus`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, cast

from composer.errors import ComposerError
from composer.events.bus import Bus

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from composer.diagnostics import Span
    from composer.engine.port import Engine, EngineReader, EventStream
    from composer.events.types import RunResult
    from composer.execute.lock import Holder, ProjectLock
    from composer.execute.policy import RunPolicy
    from composer.load.interpolate import VariableUse
    from composer.load.request import Loaded, LoadRequest
    from composer.model.explanation import Explanation
    from composer.model.mount import Mount
    from composer.model.port import Port
    from composer.model.project import Project
    from composer.model.secret import Sealed
    from composer.plan.observed import ObservedState
    from composer.plan.options import BuildOptions, DownOptions, UpOptions
    from composer.plan.plan import Plan


def load_project(request: LoadRequest) -> Loaded:
    """Files, variables and flags → a valid project. Raises LoadError with every diagnostic found."""
    from composer.load.pipeline import load_project as load  # noqa: PLC0415 - heavy: YAML and the validator

    return load(request)


def find_project_name(request: LoadRequest) -> str:
    """Only what the project is called: for verbs that work from labels. Raises LoadError."""
    from composer.load.identity import find_project_name as find  # noqa: PLC0415 - needs no model

    return find(request)


def load_uninterpolated(request: LoadRequest) -> Mapping[str, object]:
    """The merged files with their variables in place, as plain values. Raises LoadError."""
    from composer.load.pipeline import load_uninterpolated as load  # noqa: PLC0415 - rare

    return load(request)


def variables_used(request: LoadRequest) -> tuple[VariableUse, ...]:
    """The variables that the files name, by name. Raises LoadError."""
    from composer.load.variables import variables_used as used  # noqa: PLC0415 - rare

    return used(request)


def variables_given(request: LoadRequest) -> Mapping[str, str]:
    """What the variables are taken from: the shell, then env files. Raises LoadError."""
    from composer.load.variables import variables_given as given  # noqa: PLC0415 - rare

    return given(request)


def explain(request: LoadRequest, path: str) -> Explanation:
    """What set the value at `path`, and what it overrode. Raises LoadError, UsageError for no such path."""
    from composer.load.explain import explain as tell  # noqa: PLC0415 - rare

    return tell(request, path)


def contents_of(project: Project) -> Mapping[str, Sealed]:
    """Digests of what stands behind the project's secrets and configs, for `plan_up`."""
    if not any(service.secrets or service.configs for service in project.services.values()):
        return {}
    from composer.load.contents import content_digests  # noqa: PLC0415 - rare

    return content_digests(project)


def open_reader(environment: Mapping[str, str]) -> EngineReader:
    """A client that cannot change anything. Raises EngineUnreachable on the first call, not here."""
    from composer.engine.connect import resolve  # noqa: PLC0415
    from composer.engine.reader import SocketReader  # noqa: PLC0415

    return SocketReader(resolve(environment))


def open_engine(environment: Mapping[str, str]) -> Engine:
    """A client that acts. The Docker SDK itself is loaded with the first call that changes something."""
    from composer.engine.connect import resolve  # noqa: PLC0415
    from composer.engine.docker_sdk import SdkEngine  # noqa: PLC0415

    return SdkEngine(resolve(environment), environment=environment)


def detach_keys(environment: Mapping[str, str]) -> str:
    """The keys that leave a process alone, as the Docker configuration has them; "" for the usual ones."""
    from composer.engine.connect import detach_keys as configured  # noqa: PLC0415

    return configured(environment)


def mounts_and_ports(
    mounts: Iterable[str], ports: Iterable[str], *, base: str
) -> tuple[tuple[Mount, ...], tuple[Port, ...]]:
    """What `-v` and `-p` say, in the short form of the file. `base`: what relative paths are seen from.

    Raises UsageError.
    """
    from composer.load.flags import mounts_of, ports_of  # noqa: PLC0415 - rare

    return mounts_of(mounts, base=base), ports_of(ports)


def env_file_variables(text: str, name: str, lookup: Callable[[str], str | None]) -> dict[str, str]:
    """The variables of an env file whose content is `text`. Raises LoadError."""
    from composer.load.flags import variables_of  # noqa: PLC0415 - rare

    return variables_of(text, name, lookup)


def image_digests(environment: Mapping[str, str], images: Iterable[str]) -> Mapping[str, str]:
    """Image → its full name and digest, as its registry has it now. Raises EngineError, EngineUnreachable."""
    from composer.engine.connect import resolve  # noqa: PLC0415
    from composer.engine.credentials import Credentials  # noqa: PLC0415 - rare
    from composer.engine.distribution import image_digests as ask  # noqa: PLC0415

    return ask(resolve(environment), images, Credentials(environment))


def check_builds(document: Mapping[str, object], *, builder: str, environment: Mapping[str, str]) -> int:
    """Has docker buildx check the Dockerfiles of a bake file; its findings go to stdout, its exit status comes back.

    Raises ComposerError when there is no docker buildx."""
    from composer.engine.buildkit.bake import check  # noqa: PLC0415 - rare

    return check(document, builder=builder, environment=environment)


class Stack:
    """One project on one engine: observe it, plan for it, carry a plan out.

    `project` None: the project is known by `name` and its containers' labels only. `engine` may be a mere
    reader: then `run` raises ValueError. Every event of a run goes to `bus`. `environment` says where locks are.
    `provided`: what providers have said. `origins`: where the files set what, if it is known.
    """

    def __init__(
        self,
        engine: EngineReader,
        *,
        name: str,
        project: Project | None = None,
        environment: Mapping[str, str] | None = None,
        origins: Mapping[str, Span] | None = None,
    ) -> None:
        self.engine = engine
        self.name = name
        self.project = project
        self.origins = origins
        self.remarks: set[str] = set()  # what the command line has told once and for all
        self.bus = Bus()
        self._environment = environment or {}
        self.provided: dict[str, Mapping[str, Sealed]] = {}
        self._served_at: str | None = None

    @classmethod
    def open(cls, request: LoadRequest, *, engine: Engine | None = None) -> Self:
        """The project of `request` on `engine`, without one on that which the request's environment leads to.

        Raises LoadError, PlanError. The engine is reached with the first call, and closed at the end.
        """
        loaded = load_project(request)
        project, chosen = loaded.project, engine or open_engine(request.environment)
        return cls(chosen, name=project.name, project=project, environment=request.environment, origins=loaded.origins)

    def up(self, options: UpOptions | None = None, policy: RunPolicy | None = None) -> RunResult:
        """What `composer up -d` does. Raises PlanError, EngineError; failed steps are in the result, not raised.

        Without a `policy` signals are left to the caller.
        """
        from composer.execute.policy import RunPolicy  # noqa: PLC0415
        from composer.plan.options import UpOptions  # noqa: PLC0415

        options, policy = options or UpOptions(), policy or RunPolicy(handle_signals=False)
        with self.locked("up"):
            return self._persistently(lambda: self._up(options, policy))

    def _up(self, options: UpOptions, policy: RunPolicy) -> RunResult:
        events = self.watch()
        observed = self.observe()
        pulls = self.plan_refresh(observed, options)
        if pulls:
            result = self.run(pulls, policy, observed=observed)
            if not result.ok:
                events.close()
                return result
            observed = self.observe()
        plan = self.plan_up(observed, options, pulled=pulled_by(pulls))
        _refuse_unconfirmed(plan, yes=options.yes)
        return self.run(plan, policy, observed=observed, events=events)

    def down(self, options: DownOptions | None = None, policy: RunPolicy | None = None) -> RunResult:
        """What `composer down` does. As `up`."""
        from composer.execute.policy import RunPolicy  # noqa: PLC0415
        from composer.plan.options import DownOptions  # noqa: PLC0415

        chosen = options or DownOptions()
        how = policy or RunPolicy(verb="down", keep_going=True, handle_signals=False)
        with self.locked("down"):
            return self._persistently(lambda: self._down(chosen, how))

    def _down(self, options: DownOptions, policy: RunPolicy) -> RunResult:
        observed = self.observe(images=bool(options.images))
        plan = self.plan_down(observed, options)
        _refuse_unconfirmed(plan, yes=options.yes)
        return self.run(plan, policy, observed=observed)

    def _persistently(self, attempt: Callable[[], RunResult]) -> RunResult:
        """Observes and plans anew, at most twice, when the engine's state changed under the run."""
        from composer.execute.drift import AGAIN  # noqa: PLC0415

        result = attempt()
        for _ in range(AGAIN):
            if not result.drifted or result.interrupted:
                break
            self.await_engine()
            result = attempt()
        return result

    def locked(
        self, verb: str, *, timeout: float | None = None, on_wait: Callable[[Holder], object] | None = None
    ) -> ProjectLock:
        """Keeps every other composer from changing the project until it is released: a context manager.

        `timeout` in seconds: 0 does not wait, None waits for ever; `on_wait` is told once who has it. Raises
        ProjectBusy. An engine in this process's memory is nobody else's: there it is no lock at all.
        """
        from composer.execute.lock import ProjectLock, lock_file  # noqa: PLC0415 - not for whoever only reads

        address = self.engine.info().address
        file = lock_file(self._environment, address=address, project=self.name) if address else ""
        lock = ProjectLock(file, project=self.name, verb=verb)
        return lock.acquire(timeout=timeout, on_wait=on_wait) if address else lock

    def served_at(self) -> str:
        """Where containers reach language models, asked for once; "" if no service uses one. Raises ProviderError."""
        if self._served_at is None and (project := self._declared()).models:
            from composer.engine.ai_models import served_for  # noqa: PLC0415 - rare

            self._served_at = served_for(project, self.origins)
        return self._served_at or ""

    def await_engine(self) -> None:
        """Blocks until the engine answers, as after its restart. Raises EngineUnreachable when it does not."""
        from composer.execute.answers import await_answer  # noqa: PLC0415 - only when something went wrong

        await_answer(lambda: self.engine.containers(project=self.name))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.close()

    def watch(self, since: float | None = None) -> EventStream:
        """Opens the engine's event stream for this project: whatever happens from now on, or has happened since that
        moment (seconds since 1970, the engine's clock), is in it."""
        return self.engine.events(project=self.name, since=since)

    def observe(self, *, images: bool = True) -> ObservedState:
        """One snapshot of what the engine holds; `images`: those the project names as well."""
        from composer.engine.observe import observe  # noqa: PLC0415

        services = self.project.services.values() if self.project and images else ()
        from composer.plan.desired import image_of  # noqa: PLC0415
        from composer.plan.images import mounted_images  # noqa: PLC0415

        project = self.project
        references = {image_of(project, service) for service in services} if project else set()
        references |= {image for service in services for image in mounted_images(service)}
        return observe(self.engine, self.name, self.project, images=references)

    def plan_refresh(self, observed: ObservedState, options: UpOptions) -> Plan:
        """The pulls that decide what `up` has to do (mostly none): run it, observe again, then `plan_up`."""
        from composer.plan.up import plan_refresh  # noqa: PLC0415

        known, served_at = self.provided, self.served_at()
        plan = plan_refresh(self._declared(), observed, options, provided=known, served_at=served_at)
        return self._as_builder_needs(plan)

    def plan_up(self, observed: ObservedState, options: UpOptions, *, pulled: Collection[str] = ()) -> Plan:
        """`pulled`: images that `plan_refresh` has brought. Raises PlanError for what cannot be done."""
        from composer.plan.up import plan_up  # noqa: PLC0415

        project, api_version = self._declared(), self.engine.info().api_version
        plan = plan_up(
            project,
            observed,
            options,
            pulled=pulled,
            provided=self.provided,
            served_at=self.served_at(),
            api_version=api_version,
            contents=contents_of(project),
        )
        return self._explained(self._as_builder_needs(plan))

    def _as_builder_needs(self, plan: Plan) -> Plan:
        from composer.engine.builder import fitted  # noqa: PLC0415

        return fitted(plan, self._declared(), environment=self._environment, engine=self.engine)

    def _explained(self, plan: Plan) -> Plan:
        """With what the engine must be asked for: how containers that are replaced were made."""
        from composer.plan.grounds import answered, questions  # noqa: PLC0415

        asked = questions(plan)
        if not asked:
            return plan
        from composer.engine.inspected import answer  # noqa: PLC0415 - only after certain changes

        answers = ((question, answer(self.engine, question)) for question in asked)
        return answered(plan, {question.about: told for question, told in answers if told is not None})

    def _declared(self) -> Project:
        if self.project is None:
            raise ComposerError("no configuration file provided: not found")
        return self.project

    def plan_build(self, options: BuildOptions) -> Plan:
        """The builds of the services named, and of those they are built from. Raises PlanError.

        `build(BuildOptions(services=("web",)))` builds one.
        """
        from composer.plan.build import plan_build  # noqa: PLC0415

        return self._as_builder_needs(plan_build(self._declared(), options))

    def build(self, options: BuildOptions | None = None, policy: RunPolicy | None = None) -> RunResult:
        """What `composer build` does. As `up`."""
        from composer.execute.policy import RunPolicy  # noqa: PLC0415
        from composer.plan.observed import ObservedState  # noqa: PLC0415
        from composer.plan.options import BuildOptions  # noqa: PLC0415

        plan = self.plan_build(options or BuildOptions())
        policy = policy or RunPolicy(verb="build", handle_signals=False)
        return self.run(plan, policy, observed=ObservedState(self.name))

    def plan_down(self, observed: ObservedState, options: DownOptions) -> Plan:
        from composer.plan.down import plan_down  # noqa: PLC0415

        return plan_down(self.project, observed, options)

    def run(
        self, plan: Plan, policy: RunPolicy, *, observed: ObservedState, events: EventStream | None = None
    ) -> RunResult:
        """Carries `plan` out and returns what became of it; failed steps are in the result, not raised.

        `events`: from `watch`, opened before `observed` was taken; the run closes it.
        """
        if not plan:
            from composer.execute.nothing import do_nothing  # noqa: PLC0415

            return do_nothing(plan, self.bus, verb=policy.verb, project=self.name, events=events)
        from composer.execute.runner import run  # noqa: PLC0415 - only when there is something to do

        result = run(plan, self.acting_engine, self.bus, policy, observed=observed, events=events)
        self.provided.update(result.provided)
        return result

    @property
    def acting_engine(self) -> Engine:
        """The client, if it can act; ValueError if it was opened for reading only."""
        if not hasattr(self.engine, "create_container"):
            raise ValueError("this stack was opened for reading only")
        return cast("Engine", self.engine)


def _refuse_unconfirmed(plan: Plan, *, yes: bool) -> None:
    """Raises NotConfirmed for a plan that loses data, unless that was agreed to with `yes`."""
    if plan.confirmations and not yes:
        from composer.views.confirm import refusal  # noqa: PLC0415 - rare

        raise refusal(plan.confirmations, cure="say `yes=True` in the options")


def pulled_by(plan: Plan) -> frozenset[str]:
    """The images that a plan of `Stack.plan_refresh` pulls or builds."""
    return frozenset(step.action.image for step in plan.steps if hasattr(step.action, "image"))
