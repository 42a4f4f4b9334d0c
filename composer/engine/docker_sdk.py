"""`Engine` over docker's low-level `APIClient`: the calls that change something. Reads are `SocketReader`'s.

The SDK is loaded by the first call that goes through it (`warm_up` may do it earlier, in a thread). Loading it costs
about as much as docker compose needs for a whole `up` of ten services: what every `up` and `down` does (create, start,
stop, rename, remove) therefore goes over the bare socket, as raw payloads would anyway: the SDK's own builders drop
keys that they do not know. Each worker thread has its own client, as requests' sessions are not promised to be
thread-safe. Must not know: plans, services.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from composer.engine import wire
from composer.engine.errors import from_sdk, refusal, words
from composer.engine.files import SocketFiles
from composer.engine.talk import PATIENCE
from composer.errors import ComposerError, Conflict, EngineError, EngineRefused
from composer.labels import PROJECT
from composer.plan.actions import ContainerId
from composer.plan.platforms import fits

if TYPE_CHECKING:
    from docker import APIClient
    from docker.tls import TLSConfig

    from composer.engine.connect import Address, Tls
    from composer.engine.port import BuildStream, Healthprobe, ProbeOutput, PullProgress
    from composer.engine.transfers import Transfers
    from composer.model.lifecycle import Hook
    from composer.model.secret import Sealed
    from composer.plan.recipe import Recipe

AFTER_GRACE = 60
HOOK_PATIENCE = 86_400  # the reference sets no limit
# From here on one create call takes several networks, and duplicate network names are refused anyway.
MULTI_NETWORK_API = (1, 44)
# Before, an engine pulls an image for another platform than the one asked for without a word.
WARNS_OF_PLATFORM_API = (1, 42)


class SdkEngine(SocketFiles):
    """Thread-safe. Raises `composer.errors.EngineError` kinds only; `close` when no call is running.

    `environment`: where the logins to registries are found (`DOCKER_CONFIG`, `HOME`), and how long a registry may
    say nothing."""

    def __init__(self, address: Address, *, environment: Mapping[str, str] | None = None) -> None:
        super().__init__(address)
        self._environment = environment or {}
        self._local = threading.local()
        self._clients: list[APIClient] = []

    def warm_up(self) -> None:
        """Loads the SDK: about 0.1 s of work that can be done while the engine does something else."""
        import docker  # noqa: F401, PLC0415

    def close(self) -> None:
        while self._clients:
            self._clients.pop().close()
        self._local = threading.local()
        super().close()

    # ---- images ---------------------------------------------------------------------------------
    def pull(self, ref: str, *, platform: str | None, on_progress: Callable[[PullProgress], None]) -> None:
        self._transfers().pull(ref, platform=platform, tell=on_progress)
        if platform and self.info().api_version < WARNS_OF_PLATFORM_API:
            self._check_platform(ref, platform)

    def _check_platform(self, ref: str, platform: str) -> None:
        held = self.image(ref)
        if held is not None and not fits(held.platform, platform):
            what = f"image with reference {ref} was found but does not match the specified platform"
            raise refusal(0, f"{what}: wanted {platform}, actual: {held.platform}")

    def push(self, ref: str, *, on_progress: Callable[[PullProgress], None]) -> None:
        self._transfers().push(ref, tell=on_progress)

    def _transfers(self) -> Transfers:
        from composer.engine.transfers import Transfers  # noqa: PLC0415 - only when something is pulled or pushed

        return Transfers(self._address, self._api_path, self._environment)

    def build(self, recipe: Recipe) -> BuildStream:
        """By the engine's own builder; what that cannot do is handed to docker buildx, if it is there."""
        from composer.engine.builder import wants_classic  # noqa: PLC0415
        from composer.engine.buildkit.abilities import refuse_too_new  # noqa: PLC0415
        from composer.engine.buildkit.logins import logins_of  # noqa: PLC0415
        from composer.engine.buildkit.session import NoBuildKit  # noqa: PLC0415
        from composer.engine.buildkit.solve import Build  # noqa: PLC0415
        from composer.engine.credentials import Credentials  # noqa: PLC0415
        from composer.plan.handover import why_handed_over  # noqa: PLC0415 - only when something is built

        if wants_classic(self._environment):
            return self._classic_build(recipe, asked_for=True)
        builder = recipe.builder or self._environment.get("BUILDX_BUILDER", "")
        if reason := why_handed_over(recipe, builder=builder):
            from composer.engine.buildkit.bake import BakeBuild  # noqa: PLC0415 - rare

            return BakeBuild(recipe, reason=reason, builder=builder, environment=self._environment)
        refuse_too_new(recipe, self.info().api_version)
        login = logins_of(Credentials(self._environment))
        agent = self._environment.get("SSH_AUTH_SOCK", "")
        try:
            return Build(
                self._address, self._api_path(""), recipe, login=login, agent=agent, inspect=self._inspect_image
            )
        except NoBuildKit:
            return self._classic_build(recipe, asked_for=False)

    def _classic_build(self, recipe: Recipe, *, asked_for: bool) -> BuildStream:
        from composer.engine.classic import ClassicBuild  # noqa: PLC0415 - rare

        return ClassicBuild(self._address, self._api_path(""), recipe, asked_for=asked_for)

    def _inspect_image(self, ref: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._get(f"/images/{wire.quote(ref)}/json")
        return found

    def remove_image(self, ref: str) -> None:
        with self._acting() as client:
            client.remove_image(ref)

    def prune_images(self, project: str) -> None:
        filters = {"dangling": ["true"], "label": [f"{PROJECT}={project}"]}
        self._post("/images/prune" + wire.query({"filters": json.dumps(filters)}))

    # ---- networks and volumes -------------------------------------------------------------------
    def create_network(self, payload: Mapping[str, Any]) -> str:
        body = dict(payload)
        if self.info().api_version < MULTI_NETWORK_API:
            body["CheckDuplicate"] = True  # older engines make a second network of the same name otherwise
        return str(self._post("/networks/create", body=body)["Id"])

    def remove_network(self, network: str) -> None:
        self._call("DELETE", f"/networks/{wire.quote(network)}")

    def connect_network(self, network: str, container: str, endpoint: Mapping[str, Any]) -> None:
        body = {"Container": container, "EndpointConfig": dict(endpoint)}
        self._post(f"/networks/{wire.quote(network)}/connect", body=body)

    def disconnect_network(self, network: str, container: str) -> None:
        self._post(f"/networks/{wire.quote(network)}/disconnect", body={"Container": container, "Force": True})

    def create_volume(self, payload: Mapping[str, Any]) -> str:
        return str(self._post("/volumes/create", body=dict(payload))["Name"])

    def remove_volume(self, volume: str) -> None:
        with self._acting() as client:
            client.remove_volume(volume)

    # ---- containers -----------------------------------------------------------------------------
    def create_container(self, name: str, payload: Mapping[str, Any], *, platform: str | None) -> ContainerId:
        """Joins all networks of the payload, also on engines whose create call takes only one."""
        further: Mapping[str, Mapping[str, Any]] = {}
        if self.info().api_version < MULTI_NETWORK_API:
            payload, further = split_endpoints(payload)
        query = {"name": name, **({"platform": platform} if platform else {})}
        created = self._post("/containers/create" + wire.query(query), body=payload)
        container = ContainerId(created["Id"])
        try:
            for network, endpoint in further.items():
                self.connect_network(network, container, endpoint)
        except EngineError:
            self.remove_container(container, volumes=True, force=True)
            raise
        return container

    def put_archive(self, container: str, archive: bytes, *, replaces: bool = True) -> None:
        wanted = {"path": "/", "copyUIDGID": "true", **({} if replaces else {"noOverwriteDirNonDir": "true"})}
        path = f"/containers/{wire.quote(container)}/archive" + wire.query(wanted)
        with self._acting() as client:
            response = client.put(client.base_url + self._api_path(path), data=archive, timeout=PATIENCE)
            if response.status_code >= 400:
                told = words(response.content)
                if not replaces and "cannot overwrite" in told:  # the engine has no status of its own for it
                    raise Conflict(told, status=response.status_code)
                raise refusal(response.status_code, told)

    def credentials(self) -> Sealed:
        from composer.engine.credentials import Credentials  # noqa: PLC0415 - rare
        from composer.engine.logins import configuration  # noqa: PLC0415

        return configuration(Credentials(self._environment).logins())

    def start(self, container: str) -> None:
        self._post(f"/containers/{wire.quote(container)}/start")

    def stop(self, container: str, *, timeout: int | None, grace: int) -> None:
        self._end("stop", container, timeout=timeout, grace=grace)

    def restart(self, container: str, *, timeout: int | None, grace: int) -> None:
        self._end("restart", container, timeout=timeout, grace=grace)

    def kill(self, container: str, *, signal: str) -> None:
        with self._acting() as client:
            client.kill(container, signal)

    def pause(self, container: str) -> None:
        self._post(f"/containers/{wire.quote(container)}/pause")

    def unpause(self, container: str) -> None:
        self._post(f"/containers/{wire.quote(container)}/unpause")

    def remove_container(self, container: str, *, volumes: bool, force: bool) -> None:
        query = wire.query({"v": str(volumes).lower(), "force": str(force).lower(), "link": "false"})
        path = f"/containers/{wire.quote(container)}"
        try:
            self._call("DELETE", path + query)
        except Conflict as error:
            if "already in progress" not in error.message:
                raise
            # Somebody else's removal. Until it is done, its name is taken and its volumes are in use.
            self._post(f"{path}/wait?condition=removed", seconds=HOOK_PATIENCE)
            self._call("DELETE", path + query)  # NotFound, unless theirs has failed

    def rename(self, container: str, name: str) -> None:
        self._post(f"/containers/{wire.quote(container)}/rename" + wire.query({"name": name}))

    def wait(self, container: str) -> int:
        return int(self._post(f"/containers/{wire.quote(container)}/wait", seconds=HOOK_PATIENCE)["StatusCode"])

    def run_hook(self, container: str, hook: Hook, tell: Callable[[bytes], object] | None = None) -> ProbeOutput:
        from composer.engine.hooks import run_hook  # noqa: PLC0415 - rare

        return run_hook(self._address, self._api_path(""), container, hook, tell)

    def run_probe(self, container: str, probe: Healthprobe, *, user: str) -> ProbeOutput:
        from composer.engine.healthprobe import run_probe  # noqa: PLC0415 - only waits on health need it

        return run_probe(self._address, self._api_path(""), container, probe=probe, user=user)

    # ---- the SDK --------------------------------------------------------------------------------
    def _end(self, verb: str, container: str, *, timeout: int | None, grace: int) -> None:
        """The SDK's own stop and restart guess how long the engine may take; here the caller knows."""
        path = f"/containers/{wire.quote(container)}/{verb}"
        if timeout is not None:
            path += wire.query({"t": str(timeout)})
        self._post(path, seconds=max(grace, timeout or 0) + AFTER_GRACE)

    @contextmanager
    def _acting(self) -> Iterator[APIClient]:
        try:
            yield self._client()
        except ComposerError:
            raise
        except Exception as error:  # `from_sdk` gives back what is neither the SDK's nor the network's
            raise from_sdk(error, self._address) from error

    def _client(self) -> APIClient:
        client: APIClient | None = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = self._new_client()
            self._clients.append(client)
        return client

    def _new_client(self) -> APIClient:
        from docker import APIClient  # noqa: PLC0415

        major, minor = self.info().api_version
        tls = self._address.tls
        client = APIClient(
            base_url=_base_url(self._address),
            version=f"{major}.{minor}",  # given, so that the constructor makes no call
            timeout=PATIENCE,
            tls=_sdk_tls(tls) if tls else False,
        )
        # Else REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE would replace the engine's own certificate authority.
        client.trust_env = False
        return client


def _base_url(address: Address) -> str:
    if address.kind != "ssh":
        return str(address)
    from composer.engine.ssh import local_socket  # noqa: PLC0415 - only for engines elsewhere

    return f"unix://{local_socket(address)}"


def _sdk_tls(tls: Tls) -> TLSConfig:
    from docker.tls import TLSConfig  # noqa: PLC0415

    if tls.cert and not tls.key:
        raise EngineRefused(f"the certificate {tls.cert} has no key next to it")
    pair = (tls.cert, tls.key) if tls.cert else None
    return TLSConfig(client_cert=pair, ca_cert=tls.ca or None, verify=tls.verify)


def split_endpoints(payload: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Mapping[str, Any]]]:
    """The payload with one network only (the one of `NetworkMode`, else the first), and the other ones."""
    endpoints = dict((payload.get("NetworkingConfig") or {}).get("EndpointsConfig") or {})
    if len(endpoints) < 2:
        return payload, {}
    mode = (payload.get("HostConfig") or {}).get("NetworkMode")
    first = mode if mode in endpoints else next(iter(endpoints))
    kept = {first: endpoints.pop(first)}
    return {**payload, "NetworkingConfig": {"EndpointsConfig": kept}}, endpoints
