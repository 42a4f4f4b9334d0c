"""What the engine, the socket and the SDK complain about, as `composer.errors`, in the engine's own words.

One function per source of trouble: `refusal` (an HTTP status), `unreachable` (no connection), `from_sdk`
(docker's and requests' exceptions). Must not know: what the caller was doing.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from composer.errors import Conflict, EngineError, EngineRefused, EngineUnreachable, NotFound

if TYPE_CHECKING:
    from composer.engine.connect import Address

DISK_FULL = (
    "the engine's disk is full: `docker system df` shows what fills it, `docker builder prune` and `docker image "
    "prune` remove what can be had again; then run the command again"
)

# Part of the engine's words → what usually helps.
HINTS = (
    ("port is already allocated", "another container publishes this host port: `docker ps` shows which"),
    ("address already in use", "another process or container holds this address or port on the host"),
    ("failed to bind host port", "another process on the host holds this port"),
    ("HTTP request to an HTTPS server", "the engine wants TLS: set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH"),
    ("is too new", "the engine is older than Composer asked for: upgrade Docker Engine (20.10 or later)"),
    ("no space left on device", DISK_FULL),
    ("manifest unknown", "the registry has no such image: check its name and tag"),
    ("pull access denied", "check the image's name; a private one needs `docker login` first"),
    ("no basic auth credentials", "the registry wants to know who asks: `docker login` and its name first"),
    ("unauthorized", "the registry wants to know who asks: `docker login` first"),
    ("toomanyrequests", "the registry counts pulls: `docker login` raises the limit, else wait and try again"),
    ("no matching manifest", "the registry has no such image for this platform: set `platform`, or choose another tag"),
    ("does not match the specified platform", "the registry has the image for that platform only"),
    ("An image does not exist locally", "build it first, or check the image's name and tag: `docker image ls`"),
    ("HTTP response to HTTPS client", "the registry speaks plain HTTP: name it in the engine's `insecure-registries`"),
    ("x509: ", "the engine does not trust the registry's certificate: put its CA into /etc/docker/certs.d"),
    ("no such host", "check the registry's address, and that this machine reaches the network"),
    ("dial tcp", "the registry does not answer: check the image's address, and the network"),
    ("executable file not found", "the program is not in the image: check the service's command and entrypoint"),
    ("all predefined address pools have been fully subnetted", "remove unused networks: `docker network prune`"),
    ("could not find an available, non-overlapping", "remove unused networks: `docker network prune`"),
)


# What the layers between the engine and the program put before the reason; the second as of Engine 20.10.
RUNTIME_LAYERS = ("unable to start container process: ", "starting container process caused: ")


def refusal(status: int, text: str) -> EngineError:
    """The engine answered with `status` ≥ 400."""
    message = clean(text) or f"the engine answered with HTTP status {status} and no explanation"
    kind = {404: NotFound, 409: Conflict}.get(status, EngineRefused)
    if message == "manifest unknown":  # engines up to 24 answer 500 for a tag the registry does not have
        kind = NotFound
    return kind(message, hint=hint_for(message), status=status)


def words(body: bytes) -> str:
    """The engine explains refusals as `{"message": …}`; something in between may answer in plain text."""
    import json  # noqa: PLC0415 - loaded by every reader; not needed to tell that there is no engine

    try:
        message = json.loads(body)["message"]
    except (ValueError, KeyError, TypeError):
        message = body.decode(errors="replace")
    return str(message)


def clean(text: str) -> str:
    """Without the prefix and the suffix that say nothing to a user."""
    text = text.strip().removeprefix("Error response from daemon: ").removesuffix(": unknown").strip()
    for layers in RUNTIME_LAYERS:
        text = text.partition(layers)[2] or text
    return text


def hint_for(message: str) -> str:
    return next((hint for part, hint in HINTS if part in message), "")


def unreachable(address: Address, error: Exception) -> EngineUnreachable:
    """No connection, or a broken one: what was tried, who chose it, why it failed, what to try."""
    where = f"{address} (from {address.origin})" if address.origin != "default" else f"{address} (the default)"
    return EngineUnreachable(f"cannot reach the Docker Engine at {where}: {_cause(error)}", hint=_cure(address, error))


def broken(address: Address, what: str) -> EngineUnreachable:
    """The engine hung up in the middle of `what`."""
    return EngineUnreachable(
        f"the connection to the Docker Engine at {address} broke off: {what}",
        hint="the engine may have been stopped or restarted: try again when `docker info` answers",
    )


def _cause(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        # ssl puts its own code and file position around the reason.
        return getattr(error, "verify_message", "") or error.strerror.partition(" (_ssl.c")[0]
    return str(error) or type(error).__name__


def _cure(address: Address, error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.EACCES, errno.EPERM):
        return "your user may not use the socket: join group docker (`sudo usermod -aG docker $USER`, log in again)"
    if address.origin.startswith("context"):
        return "is that engine running? `docker context use default` goes back to the local one"
    if address.origin != "default":
        return f"is the engine running there, and is the address in {address.origin} right?"
    return "is Docker Engine running? `sudo systemctl start docker` starts it; DOCKER_HOST names another address"


def from_sdk(error: Exception, address: Address) -> EngineError:
    """Any exception of docker or requests. Called only once these are loaded, so importing them is free."""
    from docker.errors import APIError, DockerException  # noqa: PLC0415
    from requests.exceptions import ConnectionError as NoConnection  # noqa: PLC0415
    from requests.exceptions import RequestException, Timeout  # noqa: PLC0415
    from urllib3.exceptions import HTTPError  # noqa: PLC0415

    if isinstance(error, APIError):
        status = error.status_code
        return refusal(status or 0, error.explanation or str(error))
    if isinstance(error, Timeout):
        return unreachable(address, TimeoutError())
    if isinstance(error, NoConnection):
        return unreachable(address, _root(error))
    if isinstance(error, HTTPError):  # urllib3's own, out of a stream
        return broken(address, str(error))
    if isinstance(error, RequestException | DockerException):
        return EngineRefused(clean(str(error)))
    if isinstance(error, OSError):
        return unreachable(address, error)
    raise error


def _root(error: BaseException) -> Exception:
    """The socket's own error below the wrappings of requests and urllib3, or the outermost one."""
    found = error
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno:
            found = seen
        inner = [argument for argument in seen.args if isinstance(argument, BaseException)]
        seen = getattr(seen, "reason", None) or (inner[0] if inner else seen.__cause__ or seen.__context__)
        if not isinstance(seen, BaseException):
            break
    return found if isinstance(found, Exception) else ConnectionError(str(error))
