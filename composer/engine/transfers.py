"""Images on their way between engine and registry: pull and push over the bare socket, line by line.

The engine answers 200 first and tells most errors in the stream. It waits for a registry as long as its client
does, so silence ends here; hanging up ends the engine's part too. Must not know: when to try again, how a pull is
shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from composer.engine import wire
from composer.engine.credentials import ANONYMOUS, Credentials
from composer.engine.errors import broken, refusal, words
from composer.engine.port import PullProgress
from composer.errors import EngineUnreachable, RegistrySilent, UsageError
from composer.plan.references import Reference, parse_reference

if TYPE_CHECKING:
    from composer.engine.connect import Address

Tell = Callable[[PullProgress], None]

WRONG_PLATFORM = "does not match the specified platform"
PATIENCE = "COMPOSER_REGISTRY_TIMEOUT"
SILENCE_SECONDS = 120.0  # a big layer that is verified says nothing for a while


class Transfers:
    """`api_path`: a path with the API's version before it. `environment`: where logins are found, and how many
    seconds a registry may say nothing. Thread-safe. Raises UsageError if these are no number."""

    def __init__(self, address: Address, api_path: Callable[[str], str], environment: Mapping[str, str]) -> None:
        self._address = address
        self._api_path = api_path
        self._credentials = Credentials(environment)
        self._patience = patience_of(environment)

    def pull(self, image: str, *, platform: str | None, tell: Tell) -> None:
        """Raises EngineRefused also for what the engine tells inside the stream, and for another platform
        than the one asked for, which the engine only warns of; RegistrySilent, CredentialsError."""
        reference = parse_reference(image)
        # As the engine knows it, without `docker.io/library/`: it is told so in its progress and errors.
        asked = {"fromImage": reference.familiar, "tag": reference.version, "platform": platform or ""}
        self._transfer("/images/create" + wire.query(asked), reference, tell)

    def push(self, image: str, *, tell: Tell) -> None:
        """As `pull`."""
        reference = parse_reference(image)
        path = f"/images/{wire.quote(reference.familiar)}/push" + wire.query({"tag": reference.version})
        self._transfer(path, reference, tell)

    def _transfer(self, path: str, reference: Reference, tell: Tell) -> None:
        path = self._api_path(path)  # the first call of all finds out whether there is an engine
        login = self._credentials.login(reference.domain)
        headers = {"X-Registry-Auth": login.header if login else ANONYMOUS}
        try:
            connection = wire.open_stream(
                self._address, "POST", path, body=b"", headers=headers, timeout=self._patience
            )
        except EngineUnreachable as error:
            if isinstance(error.__cause__, TimeoutError):
                raise self._silent(reference) from error
            raise
        try:
            if connection.status >= 400:
                raise refusal(connection.status, words(connection.receive_all()))
            for line in lines_of(self._address, connection):
                if trouble := trouble_in(line):
                    raise refusal(0, trouble)
                tell(parse_progress(line))
        except TimeoutError as error:
            raise self._silent(reference) from error
        finally:
            connection.close()

    def _silent(self, reference: Reference) -> RegistrySilent:
        return RegistrySilent(
            f"registry {reference.domain} gives no answer: nothing came for {self._patience:g} s",
            hint=f"check the registry's address and the network; {PATIENCE}=SECONDS waits longer",
        )


def patience_of(environment: Mapping[str, str]) -> float:
    text = environment.get(PATIENCE, "")
    try:
        seconds = float(text or SILENCE_SECONDS)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise UsageError(f"{PATIENCE} is '{text}'", hint="It takes a number of seconds, e.g. 300.")
    return seconds


def lines_of(address: Address, connection: wire.Connection) -> Iterator[Mapping[str, Any]]:
    """The objects of a stream, each on a line of its own. Raises EngineUnreachable, TimeoutError."""
    pending = b""
    while data := connection.receive():
        *complete, pending = (pending + data).split(b"\n")
        yield from (json.loads(line) for line in complete if line.strip())
    if pending.strip():
        raise broken(address, "a transfer ended in the middle of a line")


def parse_progress(line: Mapping[str, Any]) -> PullProgress:
    """`{"status": …, "id": layer, "progressDetail": {"current": …, "total": …}}`, all but status optional."""
    status = str(line.get("status") or "")
    detail = line.get("progressDetail") or {}
    # In the opening line the id is the tag.
    layer = "" if status.startswith("Pulling from ") else str(line.get("id") or "")
    return PullProgress(layer, status, int(detail.get("current") or 0), int(detail.get("total") or 0))


def trouble_in(line: Mapping[str, Any]) -> str:
    """The engine's words if the transfer failed or brought an image for another platform, else ""."""
    detail = line.get("errorDetail") or {}
    if error := detail.get("message") or line.get("error"):
        return str(error)
    status = str(line.get("status") or "")
    return status.removeprefix("WARNING: ") if WRONG_PLATFORM in status else ""
