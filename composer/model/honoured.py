"""Which attributes the engine layer carries out today.

Pure: names what a project sets that nothing acts on yet, so that planning can refuse it instead of ignoring
it. Attributes without effect outside swarm are not named: docker compose ignores them too. Must not know:
files, spans, messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from composer.model.project import Project
    from composer.model.service import Service

_SERVICE = ("models",)
Path = tuple[str | int, ...]


def unhonoured(project: Project) -> list[Path]:
    """Paths such as `("services", "web", "sysctls")`, in the project's order."""
    found: list[Path] = []
    for name, service in project.services.items():
        found.extend(("services", name, *path) for path in _service(service))
    return found


def _service(service: Service) -> Iterator[Path]:
    for name in _SERVICE:
        if getattr(service, name):
            yield (name,)
    for index, mount in enumerate(service.volumes):
        if mount.type not in ("bind", "volume", "tmpfs", "image"):
            yield ("volumes", index, "type")
