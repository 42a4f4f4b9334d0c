"""Service → recipe: everything its image is built with. Pure: no file is looked at.

Owns names, labels and arguments of built images, and what is refused because no build of one engine can do it. Must
not know: when something is built (`builds`).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from composer import labels
from composer.errors import PlanError
from composer.plan.desired import image_of, platform_of
from composer.plan.recipe import BUILT_SCHEME, NO_WISHES, BuildSecret, BuildWishes, Recipe, is_address

if TYPE_CHECKING:
    from composer.model.build import Build
    from composer.model.project import Project
    from composer.model.secret import ServiceSecret
    from composer.model.service import Service
    from composer.model.service_limits import Ulimit

SERVICE = "service:"
DOCKERFILE = "Dockerfile"
_NETWORKS = ("", "default", "host", "none")


def recipe_of(project: Project, service: Service, *, version: str, wishes: BuildWishes = NO_WISHES) -> Recipe:
    """`service` has a build; `version` goes into the version label. Raises PlanError."""
    build = service.build
    if build is None:
        raise PlanError(f'service "{service.name}" has no build')
    _refuse(service, build)
    context = build.context or project.working_dir
    image, platform = image_of(project, service), platform_of(project, service)
    return Recipe(
        context=context,
        dockerfile=_dockerfile(context, build),
        names=tuple(dict.fromkeys((*(tag for tag in build.tags if tag != image), image))),
        inline=build.dockerfile_inline,
        target=build.target or "",
        args={**{name: text for name, text in build.args.items() if text is not None}, **wishes.args},
        labels={**build.labels, **_labels(project, service, version)},
        contexts={name: _named_context(project, text) for name, text in build.additional_contexts.items()},
        cache_from=build.cache_from,
        cache_to=build.cache_to,
        no_cache=bool(build.no_cache) or wishes.no_cache,
        pull=bool(build.pull) or wishes.pull,
        network=build.network or "",
        shm_size=int(build.shm_size or 0),
        ulimits={name: _limits(limit) for name, limit in build.ulimits.items()},
        platforms=build.platforms or ((platform,) if platform else ()),
        extra_hosts=tuple((name, each) for name, addresses in build.extra_hosts.items() for each in addresses),
        secrets=tuple(_secret(project, service, secret) for secret in build.secrets),
        ssh={**build.ssh, **wishes.ssh},
        entitlements=build.entitlements + (("security.insecure",) if build.privileged else ()),
        isolation=build.isolation or "",
        provenance=_attestation(wishes.provenance or build.provenance),
        sbom=_attestation(wishes.sbom or build.sbom),
        builder=wishes.builder,
        memory=wishes.memory,
        push=wishes.push and service.image is not None,
    )


def context_services(service: Service) -> tuple[str, ...]:
    """Services whose images its build is made from."""
    contexts = service.build.additional_contexts.values() if service.build else ()
    return tuple(text.removeprefix(SERVICE) for text in contexts if text.startswith(SERVICE))


def declared(project: Project, name: str) -> Service:
    """Also one of an inactive profile: a build may need it though it does not run. Raises PlanError."""
    service = project.services.get(name) or project.disabled.get(name)
    if service is None or service.build is None:
        raise PlanError(f'service "{name}" is the context of a build, and has none itself')
    return service


def _refuse(service: Service, build: Build) -> None:
    if build.network and build.network not in _NETWORKS:
        raise PlanError(
            f'service "{service.name}": build.network "{build.network}" is not supported by the builder',
            hint="a build can have the network default, host or none",
        )


def _dockerfile(context: str, build: Build) -> str:
    if build.dockerfile_inline is not None:
        return ""
    name = build.dockerfile or DOCKERFILE
    return name if is_address(context) else posixpath.normpath(posixpath.join(context, name))


def _labels(project: Project, service: Service, version: str) -> dict[str, str]:
    return {labels.PROJECT: project.name, labels.SERVICE: service.name, labels.VERSION: version}


def _named_context(project: Project, text: str) -> str:
    if not text.startswith(SERVICE):
        return text
    return f"{BUILT_SCHEME}{image_of(project, declared(project, text.removeprefix(SERVICE)))}"


def _limits(limit: Ulimit) -> tuple[int, int]:
    soft = limit.soft if limit.single is None else limit.single
    hard = limit.hard if limit.single is None else limit.single
    return (soft if soft is not None else hard or 0, hard if hard is not None else soft or 0)


def _secret(project: Project, service: Service, entry: ServiceSecret) -> BuildSecret:
    """Raises PlanError for one that only a swarm has. A variable that is not set is a missing secret: only a
    step that needs it fails."""
    defined = project.secrets[entry.source or ""]
    name = entry.target or entry.source or ""
    if defined.external or defined.driver or defined.template_driver:
        raise PlanError(f'service "{service.name}": build secret "{entry.source}" is one that only a swarm can provide')
    if defined.environment:
        content = project.content_from(f"secrets.{entry.source}", defined.environment)
        return BuildSecret(name, variable=defined.environment, content=content)
    return BuildSecret(name, file=defined.file or "")


def _attestation(text: str | None) -> str:
    """What was asked for; nothing when it was declined."""
    return "" if (text or "").lower() in ("", "false", "0", "disabled=true") else str(text)
