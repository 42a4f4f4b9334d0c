"""Which Docker Engine to talk to: flags, environment, Docker contexts, then the default socket.

`resolve` follows the docker CLI's order: host argument, context argument, DOCKER_HOST, DOCKER_CONTEXT,
`currentContext` of the Docker configuration, /var/run/docker.sock; where that is not there, the sockets of
engines that live elsewhere (`sockets`). A context that does not exist is an
error: falling back to another engine would act on the wrong machine. No connection is made here; the only
input besides the arguments is a file reader, so all of it can be tested without a disk.
"""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable, Mapping
from typing import Any

from composer.digest import sha256_hex
from composer.errors import EngineUnreachable
from composer.values import value

FileReader = Callable[[str], bytes | None]
SocketFinder = Callable[[str], bool]

DEFAULT_SOCKET = "/var/run/docker.sock"
PLAIN_PORT = 2375
TLS_PORT = 2376
DEFAULT_CONTEXT = "default"


@value()
class Tls:
    """Paths of PEM files, "" for none. Without `verify` the server's certificate is not checked."""

    verify: bool = True
    ca: str = ""
    cert: str = ""
    key: str = ""


@value()
class Address:
    """`kind` is `unix` (then `path`), `tcp` (then `host`, `port` and perhaps `tls`) or `ssh` (then `host`, with the
    user before an `@` if there is one, `port` or 0, and `path` on that host). `origin` says who chose it:
    `DOCKER_HOST`, `context x`, `default`."""

    kind: str
    path: str = ""
    host: str = ""
    port: int = 0
    tls: Tls | None = None
    origin: str = "default"

    def __str__(self) -> str:
        if self.kind == "unix":
            return f"unix://{self.path}"
        if self.kind == "ssh":
            port = f":{self.port}" if self.port else ""
            return f"ssh://{self.host}{port}{self.path if self.path != DEFAULT_SOCKET else ''}"
        return f"tcp://{self.host_and_port}"

    @property
    def host_and_port(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_file(path: str) -> bytes | None:
    """The file's content, None if there is no such file. Raises EngineUnreachable if it may not be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib would be loaded for this one line
            return file.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise EngineUnreachable(
            f"cannot read the Docker configuration {path}: {error.strerror}",
            hint="make the file readable, or name the engine in DOCKER_HOST",
        ) from error


def is_socket(path: str) -> bool:
    """Whether there is a socket that this user can see."""
    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)  # noqa: PTH116 - as above
    except OSError:
        return False


def resolve(
    environment: Mapping[str, str],
    *,
    host: str | None = None,
    context: str | None = None,
    read: FileReader = read_file,
    is_socket: SocketFinder = is_socket,
) -> Address:
    """The engine's address. `host` and `context` are the command line's; `environment` the process's.

    Raises EngineUnreachable: unknown context, malformed host or configuration, transport not supported.
    """
    folder = config_folder(environment)
    if host:
        return _from_host(host, "the host given", environment, folder, read)
    name = context or ""
    origin = "the context given"
    if not name and not environment.get("DOCKER_HOST"):
        name, origin = environment.get("DOCKER_CONTEXT", ""), "DOCKER_CONTEXT"
        if not name:
            file = posixpath.join(folder, "config.json")
            name, origin = _current_context(file, read), f"currentContext in {file}"
    if name and name != DEFAULT_CONTEXT:
        return _from_context(name, origin, folder, read)
    if chosen := environment.get("DOCKER_HOST"):
        return _from_host(chosen, "DOCKER_HOST", environment, folder, read)
    if is_socket(DEFAULT_SOCKET):
        return Address("unix", path=DEFAULT_SOCKET)
    from composer.engine.sockets import find_socket  # noqa: PLC0415 - only where the usual one is not there

    return find_socket(environment, is_socket) or Address("unix", path=DEFAULT_SOCKET)


def config_folder(environment: Mapping[str, str]) -> str:
    """Where docker's config.json, contexts and certificates are."""
    if chosen := environment.get("DOCKER_CONFIG"):
        return chosen
    home = environment.get("HOME") or posixpath.expanduser("~")
    return posixpath.join(home, ".docker")


def detach_keys(environment: Mapping[str, str], read: FileReader = read_file) -> str:
    """`detachKeys` of docker's config.json, "" when it says nothing."""
    return _setting("detachKeys", environment, read)


def ps_format(environment: Mapping[str, str], read: FileReader = read_file) -> str:
    """`psFormat` of docker's config.json, "" when it says nothing."""
    return _setting("psFormat", environment, read)


def _setting(name: str, environment: Mapping[str, str], read: FileReader) -> str:
    file = posixpath.join(config_folder(environment), "config.json")
    content = read(file)
    found = _object(content, file).get(name) if content else None
    return found if isinstance(found, str) else ""


def parse_host(text: str, *, tls: Tls | None, origin: str) -> Address:
    """`unix:///path`, `tcp://host[:port]`, `host:port` or `ssh://[user@]host[:port][/path]`, as docker accepts them.

    Raises EngineUnreachable.
    """
    scheme, mark, rest = text.strip().partition("://")
    if not mark:
        scheme, rest = "tcp", scheme
    if scheme == "unix":
        return Address("unix", path=rest or DEFAULT_SOCKET, origin=origin)
    if scheme == "ssh":
        return _ssh_address(text, rest, origin)
    if scheme != "tcp":
        raise EngineUnreachable(
            f"cannot talk to {text} (from {origin}): {scheme}:// is not supported",
            hint="use a unix://, tcp:// or ssh:// address",
        )
    host, port = _split_port(rest.partition("/")[0], TLS_PORT if tls else PLAIN_PORT)
    if port is None:
        raise EngineUnreachable(f"{text!r} (from {origin}) is not an engine address: the port is not a number")
    return Address("tcp", host=host or "127.0.0.1", port=port, tls=tls, origin=origin)


def _ssh_address(text: str, rest: str, origin: str) -> Address:
    place, slash, path = rest.partition("/")
    user, at, machine = place.rpartition("@")
    host, port = _split_port(machine, 0)
    if port is None or not host or host.startswith("-") or user.startswith("-") or ":" in user:
        hint = "write it as ssh://user@host or ssh://user@host:port; a password cannot stand in it"
        raise EngineUnreachable(f"an ssh address (from {origin}) is not one: {scheme_and_host(text)}", hint=hint)
    return Address("ssh", host=f"{user}{at}{host}", port=port, path=f"{slash}{path}" or DEFAULT_SOCKET, origin=origin)


def scheme_and_host(text: str) -> str:
    """The address without a password that may stand in it."""
    scheme, mark, rest = text.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"


def _split_port(text: str, default: int) -> tuple[str, int | None]:
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
    else:
        host, _, port = text.partition(":")
    if not port:
        return host, default
    return host, int(port) if port.isdecimal() else None


def _from_host(text: str, origin: str, environment: Mapping[str, str], folder: str, read: FileReader) -> Address:
    is_encryptable = not text.strip().startswith(("unix:", "ssh:"))
    tls = _environment_tls(environment, folder, read) if is_encryptable else None
    return parse_host(text, tls=tls, origin=origin)


def _environment_tls(environment: Mapping[str, str], folder: str, read: FileReader) -> Tls | None:
    """DOCKER_TLS_VERIFY (any text switches it on, as for docker) checks the server; DOCKER_TLS only encrypts."""
    verify = bool(environment.get("DOCKER_TLS_VERIFY"))
    if not verify and not environment.get("DOCKER_TLS"):
        return None
    chosen = environment.get("DOCKER_CERT_PATH", "")
    present = _certificates(chosen or folder, read)
    if chosen and verify and "ca" not in present:
        raise EngineUnreachable(
            f"there is no ca.pem in {chosen} (from DOCKER_CERT_PATH), so the engine cannot be trusted",
            hint="put ca.pem, cert.pem and key.pem there, or unset DOCKER_TLS_VERIFY",
        )
    return Tls(verify=verify, **present)


def _certificates(folder: str, read: FileReader) -> dict[str, str]:
    """The paths of ca.pem, cert.pem and key.pem, of those that exist."""
    paths = {name: posixpath.join(folder, f"{name}.pem") for name in ("ca", "cert", "key")}
    return {name: path for name, path in paths.items() if read(path) is not None}


def _current_context(file: str, read: FileReader) -> str:
    content = read(file)
    name = _object(content, file).get("currentContext") if content else None
    return name if isinstance(name, str) else ""


def _from_context(name: str, origin: str, folder: str, read: FileReader) -> Address:

    key = sha256_hex(name.encode())
    file = posixpath.join(folder, "contexts", "meta", key, "meta.json")
    content = read(file)
    if content is None:
        raise EngineUnreachable(
            f"the Docker context {name!r} (from {origin}) does not exist",
            hint="`docker context ls` lists the contexts there are",
        )
    endpoint = (_object(content, file).get("Endpoints") or {}).get("docker") or {}
    host = endpoint.get("Host")
    if not host:
        raise EngineUnreachable(f"the Docker context {name!r} (from {origin}) names no engine address ({file})")
    certificates = posixpath.join(folder, "contexts", "tls", key, "docker")
    tls = _context_tls(certificates, skip_verify=bool(endpoint.get("SkipTLSVerify")), read=read)
    return parse_host(host, tls=tls, origin=f"context {name}")


def _context_tls(folder: str, *, skip_verify: bool, read: FileReader) -> Tls | None:
    """A context uses TLS when it holds certificates or says that the server is not to be checked."""
    present = _certificates(folder, read)
    if not present and not skip_verify:
        return None
    return Tls(verify=not skip_verify, **present)


def _object(content: bytes, file: str) -> dict[str, Any]:
    import json  # noqa: PLC0415 - most machines have no Docker configuration at all

    try:
        found = json.loads(content)
    except ValueError as error:
        raise EngineUnreachable(
            f"the Docker configuration {file} is not valid JSON: {error}",
            hint="repair the file, or name the engine in DOCKER_HOST",
        ) from error
    return found if isinstance(found, dict) else {}
