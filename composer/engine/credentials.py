"""Logins to registries, from the Docker configuration: `credHelpers`, `credsStore`, `auths`.

Owns which login belongs to which registry, running the credential helpers, and the header that engines want. The
rules are the docker command line's, so that `docker login` is all it takes. Secrets are held sealed; only `header`
reveals them. Must not know: images, what a login is used for.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import Any

from composer.engine.connect import FileReader, config_folder, read_file
from composer.errors import CredentialsError
from composer.model.secret import Sealed
from composer.plan.references import DEFAULT_DOMAIN
from composer.values import value

# Under this name docker keeps the login to Docker Hub.
HUB = "https://index.docker.io/v1/"
ANONYMOUS = "e30="  # `{}`: older engines refuse a push without any header
TOKEN_USER = "<token>"  # noqa: S105 - a helper's way to say that the secret is an identity token
NOT_STORED = "credentials not found"
HELPER_SECONDS = 60.0  # it may have to ask the user to open a key ring

ALL = ""
Asked = Callable[[str, str], "HelperAnswer"]
"""(program's short name, server) → what `docker-credential-NAME get` said; for `ALL`, what `list` said."""


@value()
class HelperAnswer:
    code: int
    stdout: str
    stderr: str = ""


@value()
class Login:
    """`server` as the configuration names it. Either a user and a secret, or a token in place of both."""

    server: str
    user: str = ""
    secret: Sealed = Sealed("")
    identity_token: Sealed = Sealed("")
    registry_token: Sealed = Sealed("")

    @property
    def header(self) -> str:
        """The value of `X-Registry-Auth`. To be sent to the engine only."""
        import json  # noqa: PLC0415 - rare
        from base64 import urlsafe_b64encode  # noqa: PLC0415

        told = {
            "username": self.user,
            "password": self.secret.reveal(),
            "identitytoken": self.identity_token.reveal(),
            "registrytoken": self.registry_token.reveal(),
        }
        body = {name: text for name, text in told.items() if text} | {"serveraddress": self.server}
        return urlsafe_b64encode(json.dumps(body).encode()).decode()


class Credentials:
    """Thread-safe. `environment` names the configuration (`DOCKER_CONFIG`, `HOME`) and is the helpers' own.

    Everything is read anew for every question: tokens of helpers expire, and a run may go on for days.
    """

    def __init__(
        self, environment: Mapping[str, str], *, read: FileReader = read_file, ask: Asked | None = None
    ) -> None:
        self._environment = environment
        self._read = read
        self._ask = ask or self._run_helper

    def login(self, domain: str) -> Login | None:
        """The login to a registry (`docker.io`, `127.0.0.1:5000`), None for none: then one asks anonymously.

        Raises CredentialsError: the configuration cannot be read, or a helper fails.
        """
        server = HUB if domain == DEFAULT_DOMAIN else domain
        given = self._given().get(server)
        if given is not None:
            return _login(server, given, "DOCKER_AUTH_CONFIG")
        file = posixpath.join(config_folder(self._environment), "config.json")
        config = self._config(file)
        helper = _object(config, "credHelpers", file).get(server) or config.get("credsStore")
        if helper:
            return self._helpers_login(str(helper), server)
        entry = _entry(_object(config, "auths", file), server)
        return None if entry is None else _login(server, entry, file)

    def logins(self) -> tuple[Login, ...]:
        """Every login there is, by server. Raises as `login`."""
        file = posixpath.join(config_folder(self._environment), "config.json")
        config = self._config(file)
        servers = {*_object(config, "auths", file), *_object(config, "credHelpers", file), *self._given()}
        if store := config.get("credsStore"):
            answer = self._ask(str(store), ALL)
            servers.update(_parsed(answer.stdout.encode(), f"what docker-credential-{store} said", secret=True))
        domains = sorted(DEFAULT_DOMAIN if server == HUB else server for server in servers)
        return tuple(login for domain in domains if (login := self.login(domain)) is not None)

    def _given(self) -> Mapping[str, Any]:
        """Logins in the environment come before all others."""
        text = self._environment.get("DOCKER_AUTH_CONFIG", "")
        return _object(_parsed(text.encode(), "DOCKER_AUTH_CONFIG"), "auths", "DOCKER_AUTH_CONFIG") if text else {}

    def _config(self, file: str) -> Mapping[str, Any]:
        content = self._read(file)
        return _parsed(content, file) if content else {}

    def _helpers_login(self, helper: str, server: str) -> Login | None:
        answer = self._ask(helper, server)
        program = f"docker-credential-{helper}"
        if answer.code != 0:
            said = (answer.stdout.strip() or answer.stderr.strip())[:500]
            if NOT_STORED in said:
                return None
            raise CredentialsError(
                f"{program} failed for {server}: {said or f'exit status {answer.code}'}",
                hint=f"try `echo {server} | {program} get`, or log in again: docker login {server}",
            )
        told = _parsed(answer.stdout.encode(), f"what {program} said", secret=True)
        user, secret = str(told.get("Username") or ""), Sealed(str(told.get("Secret") or ""))
        if user == TOKEN_USER:
            return Login(server, identity_token=secret)
        return Login(server, user, secret)

    def _run_helper(self, helper: str, server: str) -> HelperAnswer:
        import shutil  # noqa: PLC0415 - rare
        import subprocess  # noqa: PLC0415

        name = f"docker-credential-{helper}"
        program = shutil.which(name, path=self._environment.get("PATH"))
        if program is None:
            raise CredentialsError(
                f"the Docker configuration wants {name} for {server}, and it is not on PATH",
                hint=f"install it, or take {helper!r} out of the Docker configuration and log in again",
            )
        try:
            process = subprocess.Popen(
                [program, "get" if server else "list"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(self._environment),
            )
        except OSError as error:
            raise CredentialsError(f"cannot run {program}: {error.strerror}") from error
        try:
            said, complaint = process.communicate(server.encode(), timeout=HELPER_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            for pipe in (process.stdout, process.stderr):
                pipe.close() if pipe else None  # not read to the end: a child of it may hold the other end
            process.wait()
            raise CredentialsError(
                f"{name} gave no answer for {server} in {HELPER_SECONDS:.0f} s",
                hint="does it wait for a key ring to be opened?",
            ) from None  # the exception holds what the program has said so far
        return HelperAnswer(process.returncode, said.decode(errors="replace"), complaint.decode(errors="replace"))


def _entry(logins: Mapping[str, Any], server: str) -> Mapping[str, Any] | None:
    """Under its own name, or under an address of that host, as old versions of `docker login` wrote it."""
    found = logins.get(server)
    if found is None:
        found = next((entry for name, entry in sorted(logins.items()) if _host(name) == server), None)
    return found if isinstance(found, dict) else None


def _host(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://").partition("/")[0]


def _login(server: str, entry: Mapping[str, Any], file: str) -> Login | None:
    user, secret = str(entry.get("username") or ""), str(entry.get("password") or "")
    if entry.get("auth"):
        user, secret = _decoded(str(entry["auth"]), server, file)
    identity, registry = (str(entry.get(key) or "") for key in ("identitytoken", "registrytoken"))
    if not (user or secret or identity or registry):
        return None
    return Login(server, user, Sealed(secret), Sealed(identity), Sealed(registry))


def _decoded(text: str, server: str, file: str) -> tuple[str, str]:
    from base64 import b64decode  # noqa: PLC0415 - rare

    try:
        user, colon, secret = b64decode(text, validate=True).decode().partition(":")
    except ValueError:
        colon = ""
    if not colon:
        raise CredentialsError(
            f"the login to {server} in {file} is not valid", hint=f"log in again: docker login {server}"
        ) from None
    return user, secret.strip("\x00")


def _parsed(content: bytes, where: str, *, secret: bool = False) -> Mapping[str, Any]:
    import json  # noqa: PLC0415 - most commands ask no registry

    try:
        found = json.loads(content)
    except ValueError as error:
        why = "" if secret else f": {error}"  # json's errors may show the text
        raise CredentialsError(f"{where} is not valid JSON{why}") from None
    if not isinstance(found, dict):
        raise CredentialsError(f"{where} is not a JSON object")
    return found


def _object(config: Mapping[str, Any], key: str, file: str) -> Mapping[str, Any]:
    found = config.get(key) or {}
    if not isinstance(found, dict):
        raise CredentialsError(f"{key} in {file} is not a JSON object")
    return found
