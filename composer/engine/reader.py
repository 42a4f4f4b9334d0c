"""`EngineReader` over the bare socket: every question Composer asks the engine, and nothing that changes it.

Cheap to load and to call: no SDK, a connection per question. `--dry-run` and the read-only verbs hold this
class and nothing else; it has no writing method. Parsing is `observe`'s, `events`' and `streams`'.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from composer import labels
from composer.engine import observe, wire
from composer.engine.errors import broken, refusal, words
from composer.engine.port import ContainerDetail, EngineInfo
from composer.errors import NotFound

if TYPE_CHECKING:
    from composer.engine.connect import Address
    from composer.engine.port import EventStream, LogRequest, LogStream, UsageStream
    from composer.plan.observed import ObservedContainer, ObservedImage, ObservedNetwork, ObservedVolume
    from composer.plan.readings import Processes

# The newest API this code was written for; an older engine is spoken to in its own.
NEWEST_API = (1, 51)


class SocketReader:
    """Thread-safe: the only state is the engine's version, asked for once. Nothing is sent before the first call.

    >>> reader = SocketReader(resolve(os.environ))
    >>> [container.name for container in reader.containers(project="shop")]
    ['shop-web-1']
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._info: EngineInfo | None = None

    def info(self) -> EngineInfo:
        if self._info is None:
            # Two threads may both ask; they get the same answer. /version would take 30 times as long.
            self._info = self._ping()
        return self._info

    def containers(self, *, project: str | None, all_states: bool = True) -> tuple[ObservedContainer, ...]:
        marks = [labels.CONFIG_HASH, f"{labels.PROJECT}={project}" if project is not None else labels.PROJECT]
        parameters = {"all": "1" if all_states else "", "filters": json.dumps({"label": marks})}
        found = self._get("/containers/json" + wire.query(parameters))
        return tuple(observe.parse_container(raw) for raw in found)

    def container_named(self, name: str) -> ObservedContainer | None:
        filters = json.dumps({"name": [f"^/?{re.escape(name)}$"]})
        found = self._get("/containers/json" + wire.query({"all": "1", "filters": filters}))
        return next((one for one in map(observe.parse_container, found) if one.name == name), None)

    def hook_containers(self, *, project: str) -> tuple[ObservedContainer, ...]:
        marks = [f"{labels.PROJECT}={project}", labels.HOOK]
        found = self._get("/containers/json" + wire.query({"all": "1", "filters": json.dumps({"label": marks})}))
        return tuple(observe.parse_container(raw) for raw in found)

    def inspect_container(self, container: str) -> ContainerDetail:
        return observe.parse_detail(self.inspect_raw(container))

    def inspect_raw(self, container: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._get(f"/containers/{wire.quote(container)}/json")
        return found

    def networks(self, *, project: str) -> tuple[ObservedNetwork, ...]:
        found = self._get("/networks" + _by_project(project))
        return tuple(observe.parse_network(raw) for raw in found)

    def network(self, name: str) -> ObservedNetwork | None:
        found = self._find(f"/networks/{wire.quote(name)}")
        # The engine also accepts the beginning of an id, and names may look like one.
        if found is None or name not in (found["Name"], found["Id"]):
            return None
        return observe.parse_network(found)

    def volumes(self, *, project: str) -> tuple[ObservedVolume, ...]:
        found = self._get("/volumes" + _by_project(project))
        return tuple(observe.parse_volume(raw) for raw in found.get("Volumes") or ())

    def volume(self, name: str) -> ObservedVolume | None:
        found = self._find(f"/volumes/{wire.quote(name)}")
        return None if found is None else observe.parse_volume(found)

    def image(self, ref: str, *, platform: str | None = None) -> ObservedImage | None:
        found = self._find(f"/images/{wire.quote(ref)}/json")
        if found is None or (platform and not observe.fits_platform(found, platform)):
            return None
        return observe.parse_image(ref, found)

    def events(self, *, project: str, since: float | None = None, until: str = "", every: bool = False) -> EventStream:
        from composer.engine.events import SocketEvents, event_filters  # noqa: PLC0415 - `ps` watches nothing

        parameters = {
            "since": "" if since is None else f"{since:.9f}",
            "until": until,
            "filters": json.dumps(event_filters(project, every=every)),
        }
        connection = self._stream("/events" + wire.query(parameters))
        return SocketEvents(self._address, connection, ends=bool(until), every=every)

    def processes(self, container: str) -> Processes:
        from composer.engine.usage import parse_processes  # noqa: PLC0415 - the same

        return parse_processes(self._get(f"/containers/{wire.quote(container)}/top"))

    def usage(self, container: str, *, follow: bool) -> UsageStream:
        from composer.engine.usage import SocketUsage  # noqa: PLC0415 - the same

        query = wire.query({"stream": "1" if follow else "0"})
        return SocketUsage(self._address, self._stream(f"/containers/{wire.quote(container)}/stats{query}"))

    def logs(self, container: str, request: LogRequest) -> LogStream:
        from composer.engine.streams import MULTIPLEXED, RAW, STDERR, STDOUT, SocketLogs  # noqa: PLC0415 - the same

        parameters = {
            "stdout": "1" if STDOUT in request.streams else "",
            "stderr": "1" if STDERR in request.streams else "",
            "follow": "1" if request.follow else "",
            "timestamps": "1" if request.timestamps else "",
            "tail": "" if request.tail is None else str(request.tail),
            "since": request.since,
            "until": request.until,
        }
        connection = self._stream(f"/containers/{wire.quote(container)}/logs" + wire.query(parameters))
        kind = connection.headers.get("content-type", "")
        # Before API 1.42 the header does not tell.
        tty = kind == RAW if kind in (RAW, MULTIPLEXED) else self._has_tty(container, connection)
        connection.set_timeout(None if request.follow else wire.ANSWER_SECONDS)
        return SocketLogs(self._address, connection, tty=tty, timestamps=request.timestamps)

    def close(self) -> None:
        """Nothing stays open between calls; open streams are closed by whoever opened them."""

    def _has_tty(self, container: str, connection: wire.Connection) -> bool:
        try:
            return self.inspect_container(container).tty
        except BaseException:
            connection.close()
            raise

    def _ping(self) -> EngineInfo:
        response = wire.request(self._address, "GET", "/_ping")
        if response.status >= 400:
            raise refusal(response.status, words(response.body))
        api = response.headers.get("api-version", "")
        major, _, minor = api.partition(".")
        if not (major.isdecimal() and minor.isdecimal()):
            raise broken(self._address, "what answers there is not a Docker Engine")
        product = response.headers.get("server", "").partition(" ")[0]
        return EngineInfo(
            version=product.partition("/")[2],
            api_version=min((int(major), int(minor)), NEWEST_API),
            address=str(self._address),
            origin=self._address.origin,
            # Podman's API names its builder with nothing; Docker Engine says 1 or 2, or 20.10 nothing at all.
            has_buildkit=response.headers.get("builder-version") != "",
        )

    def _api_path(self, path: str) -> str:
        major, minor = self.info().api_version
        return f"/v{major}.{minor}{path}"

    def _get(self, path: str) -> Any:
        """The decoded answer of a GET; raises what `errors.refusal` makes of a refusal."""
        response = wire.request(self._address, "GET", self._api_path(path))
        if response.status >= 400:
            raise refusal(response.status, words(response.body))
        try:
            return json.loads(response.body)
        except ValueError as error:
            raise broken(self._address, "the answer is not complete") from error

    def _find(self, path: str) -> Any | None:
        try:
            return self._get(path)
        except NotFound:
            return None

    def _stream(self, path: str, *, method: str = "GET") -> wire.Connection:
        connection = wire.open_stream(self._address, method, self._api_path(path))
        if connection.status < 400:
            return connection
        try:
            raise refusal(connection.status, words(connection.receive_all()))
        finally:
            connection.close()


def _by_project(project: str) -> str:
    return wire.query({"filters": json.dumps({"label": [f"{labels.PROJECT}={project}"]})})
