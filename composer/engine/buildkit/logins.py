"""Logins of the Docker configuration as a builder asks for them. Must not know: how a login is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from composer.engine.buildkit.services import Login
    from composer.engine.credentials import Credentials

HUB_HOSTS = ("registry-1.docker.io", "index.docker.io", "docker.io")


def logins_of(credentials: Credentials) -> Login:
    """Host → user and secret, two "" for nobody. An identity token has no user: so the builder knows it for one."""

    def login(host: str) -> tuple[str, str]:
        found = credentials.login("docker.io" if host in HUB_HOSTS else host)
        if found is None:
            return "", ""
        token = found.identity_token.reveal() or found.registry_token.reveal()
        return ("", token) if token else (found.user, found.secret.reveal())

    return login
