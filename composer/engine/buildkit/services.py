"""The builder's small questions: are you well, who am I at this registry, what is this secret.

Must not know: connections, where logins come from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from composer.build.tree import unreadable
from composer.engine.buildkit import wireformat as wire
from composer.engine.buildkit.grpc import NOT_FOUND, Refused

if TYPE_CHECKING:
    from composer.engine.buildkit.grpc import Call
    from composer.plan.recipe import BuildSecret

HEALTH = "/grpc.health.v1.Health/Check"
CREDENTIALS = "/moby.filesync.v1.Auth/Credentials"
SECRET = "/moby.buildkit.secrets.v1.Secrets/GetSecret"  # noqa: S105 - the name of a method
SERVING = 1

Login = Callable[[str], tuple[str, str]]
"""A registry's host → user and password; a token has the user "", both "" is anonymous."""


def health(call: Call) -> None:
    call.receive()
    call.send(wire.number(1, SERVING))


class Logins:
    def __init__(self, login: Login) -> None:
        self._login = login

    def __call__(self, call: Call) -> None:
        asked = wire.Message(call.receive() or b"")
        user, secret = self._login(asked.text(1))
        call.send(wire.text(1, user) + wire.text(2, secret))


class Secrets:
    """Files are read when a step asks for them, and asked for again by the next one."""

    def __init__(self, secrets: Mapping[str, BuildSecret]) -> None:
        self._secrets = secrets

    def __call__(self, call: Call) -> None:
        """Raises `Refused` for one that the recipe has not, ComposerError for one that cannot be read."""
        name = wire.Message(call.receive() or b"").text(1)
        secret = self._secrets.get(name)
        if secret is None or (not secret.file and secret.content is None):
            raise Refused(NOT_FOUND, f"secret {name}: not found")
        call.send(wire.blob(1, _content(secret)))


def _content(secret: BuildSecret) -> bytes:
    if secret.content is not None:
        return secret.content.reveal().encode(errors="surrogateescape")
    try:
        return Path(secret.file).read_bytes()
    except OSError as error:
        raise unreadable(secret.file, error) from error
