"""`use_api_socket`: what a service gets so that it can talk to the engine as the user of the command line does.

Owns the engine's socket as a mount, the client's registry credentials as a file, and the variable that says where
they are, as docker compose adds them. Pure: the credentials themselves are read when the file is put into the
container. Must not know: where credentials come from.
"""

from __future__ import annotations

from dataclasses import replace

from composer.model.mount import Mount
from composer.model.project import Project
from composer.model.secret import Config, ServiceConfig
from composer.model.service import Service

CREDENTIALS = "#apisocket"  # a name that no config of a file can have
_SOCKET = "/var/run/docker.sock"
_VARIABLE = "DOCKER_CONFIG"
_FOLDER = "/run/secrets/docker"


def with_api_socket(project: Project) -> Project:
    """The project with what `use_api_socket` stands for; most have none, and come back as they are."""
    users = {name: _user(service) for name, service in project.services.items() if service.use_api_socket}
    if not users:
        return project
    return replace(project, services={**project.services, **users}, configs={**project.configs, CREDENTIALS: Config()})


def _user(service: Service) -> Service:
    """A service that has the variable keeps its own; the file is there all the same."""
    return replace(
        service,
        volumes=(*service.volumes, Mount(type="bind", source=_SOCKET, target=_SOCKET)),
        environment={_VARIABLE: _FOLDER, **service.environment},
        configs=(*service.configs, ServiceConfig(source=CREDENTIALS, target=f"{_FOLDER}/config.json")),
    )
