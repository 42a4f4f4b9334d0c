"""The session of a build: the connection over which the builder asks this machine for things.

Owns opening it and what is answered to which question. Must not know: what the build is, how it goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from composer.digest import sha256_hex
from composer.engine.buildkit import filesync, services
from composer.engine.buildkit.grpc import Server
from composer.engine.buildkit.http2 import Http2
from composer.engine.buildkit.upgrade import open_upgraded
from composer.errors import NotFound

if TYPE_CHECKING:
    from composer.engine.buildkit.filesync import Source
    from composer.engine.buildkit.grpc import Handler
    from composer.engine.connect import Address
    from composer.errors import ComposerError
    from composer.plan.recipe import BuildSecret


class NoBuildKit(NotFound):
    """The engine has no such connection, and so no builder of this kind."""


class Session:
    """`failure`: what went wrong on this side while a question was answered; the build then fails too."""

    def __init__(self, connection: Http2, server: Server) -> None:
        self._connection = connection
        self._server = server

    @property
    def failure(self) -> ComposerError | None:
        return self._server.failure

    def close(self) -> None:
        self._connection.close()


def handlers(
    *,
    sources: Mapping[str, Source],
    login: services.Login,
    secrets: Mapping[str, BuildSecret],
    sockets: Mapping[str, str],
) -> dict[str, Handler]:
    """Only what can be answered is offered: then the builder's own words tell what is missing."""
    found: dict[str, Handler] = {
        services.HEALTH: services.health,
        services.CREDENTIALS: services.Logins(login),
        services.SECRET: services.Secrets(secrets),
        filesync.METHOD: filesync.FileSync(sources),
    }
    if sockets:
        from composer.engine.buildkit import agents  # noqa: PLC0415 - rare

        offered = agents.Agents(sockets)
        found |= {agents.CHECK: offered.check, agents.FORWARD: offered.forward}
    return found


def open_session(address: Address, api: str, identity: str, *, place: str, answers: Mapping[str, Handler]) -> Session:
    """`api`: the path prefix (`/v1.51`). `place`: what the builder keeps files under that were sent once: the same
    for two builds of one folder. Raises EngineUnreachable, NoBuildKit."""
    headers = [
        ("X-Docker-Expose-Session-Uuid", identity),
        ("X-Docker-Expose-Session-Name", "composer"),
        ("X-Docker-Expose-Session-Sharedkey", sha256_hex(place.encode(errors="surrogateescape"))),
        *(("X-Docker-Expose-Session-Grpc-Method", method) for method in answers),
    ]
    try:
        sock, early = open_upgraded(address, f"{api}/session", headers)
    except NotFound as error:
        raise NoBuildKit(error.message, status=404) from error
    server = Server(answers)
    connection = server.connection = Http2(address, sock, is_client=False, opened=server.opened)
    connection.start(early)
    return Session(connection, server)
