"""Secrets and configs of a service: those that are files are mounted, the others copied in before the start.

Owns where they go and what cannot be delivered. Pure: no file is read, and a content stays sealed. Must not
know: mounts of the engine, archives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from composer.errors import PlanError
from composer.model.mount import BindOptions, Mount
from composer.model.secret import Sealed, ServiceSecret
from composer.plan.actions import Delivery
from composer.plan.api_socket import CREDENTIALS
from composer.values import value

if TYPE_CHECKING:
    from composer.model.project import Project
    from composer.model.secret import Config, Secret, ServiceConfig
    from composer.model.service import Service

_FOLDERS = {"secret": "/run/secrets/", "config": "/"}


@value()
class _Wanted:
    """One entry of a service with its definition. `kind`: secret or config."""

    kind: str
    service: str
    entry: ServiceSecret | ServiceConfig
    defined: Secret | Config

    @property
    def target(self) -> str:
        target = self.entry.target or self.entry.source or ""
        return target if target.startswith("/") else _FOLDERS[self.kind] + target

    @property
    def told(self) -> str:
        if self.entry.source == CREDENTIALS:
            return f'service "{self.service}": the credentials of use_api_socket'
        return f'service "{self.service}": {self.kind} "{self.entry.source}"'

    @property
    def is_file(self) -> bool:
        if self.entry.source == CREDENTIALS:
            return False
        return not (self.defined.environment or getattr(self.defined, "content", None))


def file_mounts(project: Project, service: Service) -> tuple[Mount, ...]:
    """Read-only binds; a missing file is the engine's error. A secret's is told apart from a config's only as
    the reference does it. Raises `PlanError` for what no single engine delivers."""
    mounts = {
        wanted.target: Mount(
            type="bind",
            source=wanted.defined.file,
            target=wanted.target,
            read_only=True,
            bind=BindOptions() if wanted.kind == "secret" else None,
        )
        for wanted in _wanted(project, service)
        if wanted.is_file
    }
    return tuple(mounts.values())


def deliveries(project: Project, service: Service) -> tuple[Delivery, ...]:
    """Raises `PlanError` when a variable is not set, or the container's file system cannot be written."""
    return tuple(_delivery(project, service, wanted) for wanted in _wanted(project, service) if not wanted.is_file)


def delivery_warnings(project: Project, services: Iterable[Service]) -> Iterator[str]:
    """Settings that have no effect on a mounted file."""
    for service in services:
        for wanted in _wanted(project, service):
            entry = wanted.entry
            if wanted.is_file and (entry.uid or entry.gid or entry.mode is not None):
                yield f"{wanted.told}: uid, gid and mode do not apply to a mounted file"


def _wanted(project: Project, service: Service) -> Iterator[_Wanted]:
    yield from _known("secret", service, service.secrets, project.secrets)
    yield from _known("config", service, service.configs, project.configs)


def _known(
    kind: str,
    service: Service,
    entries: Iterable[ServiceSecret | ServiceConfig],
    defined: Mapping[str, Secret] | Mapping[str, Config],
) -> Iterator[_Wanted]:
    for entry in entries:
        wanted = _Wanted(kind, service.name, entry, defined[entry.source or ""])
        if wanted.defined.external:
            raise PlanError(
                f"{wanted.told} is external, which only a swarm can provide",
                hint="give it a file, an environment variable, or run without it",
            )
        for key in ("driver", "template_driver"):
            if getattr(wanted.defined, key, None):
                raise PlanError(f"{wanted.told} has a {key}, which only a swarm can use")
        yield wanted


def _delivery(project: Project, service: Service, wanted: _Wanted) -> Delivery:
    entry = wanted.entry
    if service.read_only:
        raise PlanError(
            f"{wanted.told} cannot be copied into a container that is read_only",
            hint="take it from a file, or drop read_only",
        )
    return Delivery(
        wanted.target,
        _content(project, wanted),
        uid=_number(wanted, "uid", entry.uid),
        gid=_number(wanted, "gid", entry.gid),
        mode=0o444 if entry.mode is None else entry.mode,
    )


def _content(project: Project, wanted: _Wanted) -> Sealed | None:
    if wanted.entry.source == CREDENTIALS:
        return None
    variable = wanted.defined.environment
    if not variable:
        return Sealed(getattr(wanted.defined, "content", None) or "")
    content = project.content_from(f"{wanted.kind}s.{wanted.entry.source}", variable)
    if content is None:
        raise PlanError(f'{wanted.told} needs the environment variable "{variable}", which is not set')
    return content


def _number(wanted: _Wanted, key: str, text: str | None) -> int:
    if text and not text.isdecimal():
        raise PlanError(f'{wanted.told}: {key} must be a number, not "{text}"')
    return int(text or 0)
