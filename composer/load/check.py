"""What must hold between the parts of a project: names that exist, attributes that agree, mounts that fit.

Looks at the bound services that are enabled, and points into the tree. Every check runs; nothing stops at the
first. Source: the consistency rules of the Compose Specification. Must not know: files, the engine.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from composer.load.findings import BAD_VALUE, CONFLICT, MISSING_KEY, UNDEFINED
from composer.load.node import Mapping, Node, Sequence
from composer.load.tree import child, items_of, key_span

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from composer.diagnostics import Span
    from composer.load.findings import Findings
    from composer.model.service import Service


class ServiceCheck:
    """One enabled service, where it stands, and the names it may refer to."""

    __slots__ = ("disabled", "earlier", "enabled", "found", "node", "path", "service", "tree")

    def __init__(
        self, service: Service, tree: Mapping, enabled: Container[str], disabled: dict[str, Node], found: Findings
    ) -> None:
        self.service = service
        self.tree = tree
        self.enabled = enabled
        self.disabled = disabled
        self.found = found
        self.earlier: list[str] = []
        self.node = items_of(tree, "services")[service.name]
        self.path = f"services.{service.name}"

    def error(self, code: str, message: str, key: str, *, hint: str = "") -> None:
        """At the attribute `key` (dotted, with `[n]` for items)."""
        self.found.error(code, message, self.span(key), path=f"{self.path}.{key}" if key else self.path, hint=hint)

    def span(self, key: str) -> Span | None:
        node: Node | None = self.node
        if not key:
            return node.span if node is not None else None
        parts = key.replace("[", ".[").split(".")
        for part in parts[:-1]:
            node = _step(node, part) or node
        last = parts[-1]
        if last.startswith("["):
            item = _step(node, last)
            return item.span if item is not None else key_span(node, last)
        return key_span(node, last)

    def has_earlier_error(self) -> bool:
        """Whether something below this service could not be read."""
        at = bisect_left(self.earlier, f"{self.path}.")
        return at < len(self.earlier) and self.earlier[at].startswith(f"{self.path}.")

    def undefined(self, kind: str, name: str, key: str, known: Iterable[str]) -> None:
        known = list(known)
        hint = self.found.near(name, known) or f"declare it under top-level `{kind}s:`"
        self.error(UNDEFINED, f"service {self.service.name!r} refers to undefined {kind} {name}", key, hint=hint)


def _step(node: Node | None, part: str) -> Node | None:
    if part.startswith("["):
        index = int(part[1:-1])
        return node.items[index] if type(node) is Sequence and index < len(node.items) else None
    return child(node, part)


def check_service(check: ServiceCheck) -> None:
    for rule in _RULES:
        rule(check)


def _image(check: ServiceCheck) -> None:
    service = check.service
    if service.image or service.build is not None or service.provider is not None:
        return
    if service.name in check.found.incomplete:
        return
    if check.has_earlier_error():
        return  # a misspelt or mistyped `image` was reported already
    hint = "add `image:` or `build:`"
    check.error(MISSING_KEY, f"service {service.name!r} has neither an image nor a build context", "", hint=hint)


def _networks(check: ServiceCheck) -> None:
    service = check.service
    if service.network_mode and service.networks:
        check.error(CONFLICT, "network_mode and networks are mutually exclusive", "network_mode")
    known = items_of(check.tree, "networks")
    for name in service.networks:
        if name not in known:
            check.undefined("network", name, f"networks.{name}", [*known, "default"])


def _volumes(check: ServiceCheck) -> None:
    known = items_of(check.tree, "volumes")
    for index, mount in enumerate(check.service.volumes):
        if mount.type == "volume" and mount.source and mount.source not in known:
            check.undefined("volume", mount.source, f"volumes[{index}]", known)


def _mount_targets(check: ServiceCheck) -> None:
    taken: dict[str, str] = {}
    places = [(f"tmpfs[{index}]", text.partition(":")[0]) for index, text in enumerate(check.service.tmpfs)]
    places += [(f"volumes[{index}]", mount.target or "") for index, mount in enumerate(check.service.volumes)]
    for key, target in places:
        if target in taken:
            check.error(CONFLICT, f"target {target} is already mounted by {check.path}.{taken[target]}", key)
        taken.setdefault(target, key)


def _files(check: ServiceCheck) -> None:
    for kind in ("secret", "config"):
        known = items_of(check.tree, f"{kind}s")
        for index, entry in enumerate(getattr(check.service, f"{kind}s")):
            if entry.source not in known:
                check.undefined(kind, str(entry.source), f"{kind}s[{index}]", known)
    known = items_of(check.tree, "models")
    for name in check.service.models:
        if name not in known:
            check.undefined("model", name, f"models.{name}", known)


def _healthcheck(check: ServiceCheck) -> None:
    health = check.service.healthcheck
    if health is None or not health.test or health.test[0] in ("CMD", "CMD-SHELL", "NONE"):
        return
    hint = f'write ["CMD", {", ".join(repr(word) for word in health.test[:2])}, …] or one string'
    check.error(BAD_VALUE, "healthcheck.test must start with CMD, CMD-SHELL or NONE", "healthcheck.test", hint=hint)


def _dependencies(check: ServiceCheck) -> None:
    for name, dependency in check.service.depends_on.items():
        if name in check.enabled or (name in check.disabled and not dependency.required):
            continue
        if name in check.disabled:
            from composer.load.select import profiles_of  # noqa: PLC0415  only for a message

            own = sorted(profiles_of(check.disabled[name]))
            message = f"service {check.service.name!r} depends on {name!r}, which no active profile enables"
            hint = f"activate one of its profiles ({', '.join(own)}), or set `required: false`"
        else:
            message = f"service {check.service.name!r} depends on undefined service {name!r}"
            hint = check.found.near(name, [*items_of(check.tree, "services")])
        check.error(UNDEFINED, message, f"depends_on.{name}", hint=hint)


def _scale(check: ServiceCheck) -> None:
    service = check.service
    replicas = service.deploy.replicas if service.deploy is not None else None
    if service.scale is not None and replicas is not None and service.scale != replicas:
        check.error(CONFLICT, "scale and deploy.replicas have distinct values", "scale")
    if service.container_name and service.replicas > 1:
        attribute = "scale" if service.scale is not None else "deploy.replicas"
        message = f"{service.container_name!r} can name one container only, but {attribute} is {service.replicas}"
        check.error(CONFLICT, message, "container_name", hint="remove container_name")


def _limits(check: ServiceCheck) -> None:
    service = check.service
    if service.deploy is None:
        return
    limits, reservations = service.deploy.resources.limits, service.deploy.resources.reservations
    pairs: list[tuple[str, object, str, object]] = []
    if limits is not None:
        pairs += [
            ("cpus", service.cpus, "deploy.resources.limits.cpus", limits.cpus),
            ("mem_limit", service.mem_limit, "deploy.resources.limits.memory", limits.memory),
            ("pids_limit", service.pids_limit, "deploy.resources.limits.pids", limits.pids),
        ]
    if reservations is not None:
        key = "deploy.resources.reservations.memory"
        pairs.append(("mem_reservation", service.mem_reservation, key, reservations.memory))
    for key, flat, deep, value in pairs:
        if flat and flat != value:
            check.error(CONFLICT, f"{key} and {deep} have distinct values", key, hint=f"set only one of {key}, {deep}")


def _build(check: ServiceCheck) -> None:
    build = check.service.build
    if build is None:
        return
    if build.dockerfile and build.dockerfile_inline:
        check.error(CONFLICT, "dockerfile and dockerfile_inline are mutually exclusive", "build.dockerfile_inline")
    services = items_of(check.tree, "services")
    for key, context in build.additional_contexts.items():
        kind, _, target = context.partition(":")
        if kind != "service":
            continue
        place = f"build.additional_contexts.{key}"
        if target not in services:
            check.error(UNDEFINED, f"undefined service {target!r}", place, hint=check.found.near(target, services))
        elif child(services[target], "build") is None:
            check.error(CONFLICT, f"service {target!r} has no build, so it cannot be a build context", place)
    if build.platforms and check.service.platform and check.service.platform not in build.platforms:
        check.error(CONFLICT, f"build.platforms must include platform {check.service.platform!r}", "build.platforms")
    known = items_of(check.tree, "secrets")
    for index, secret in enumerate(build.secrets):
        if secret.source not in known:
            check.undefined("secret", str(secret.source), f"build.secrets[{index}]", known)


def _watch(check: ServiceCheck) -> None:
    develop = check.service.develop
    for index, rule in enumerate(develop.watch if develop is not None else ()):
        if not rule.target and rule.action not in ("rebuild", "restart"):
            message = f"a watch rule with action {rule.action} needs a target"
            check.error(MISSING_KEY, message, f"develop.watch[{index}]", hint="add `target:`, a path in the container")


def _pre_start(check: ServiceCheck) -> None:
    for index, hook in enumerate(check.service.pre_start):
        if hook.per_replica:
            message = "a pre_start hook runs once for all replicas: per_replica cannot be true"
            key = f"pre_start[{index}]"
            check.error(BAD_VALUE, message, key, hint="remove per_replica")


_RULES: tuple[Callable[[ServiceCheck], None], ...] = (
    _image,
    _build,
    _networks,
    _healthcheck,
    _dependencies,
    _volumes,
    _files,
    _scale,
    _limits,
    _watch,
    _pre_start,
    _mount_targets,
)
