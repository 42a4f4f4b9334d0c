"""One service's create body, and the body of a service that sets nothing, to be compared whole."""

from __future__ import annotations

from typing import Any

from composer import labels
from composer.engine.payload import container_payload
from composer.model.service import Service
from composer.plan.actions import ReplicaId, ReplicaSpec

API = (1, 51)
OLD_API = (1, 43)
DIGEST = "sha256:1234"


def spec(
    *,
    networks: Any = (),
    labels: Any = None,
    volume_names: Any = None,
    links: Any = (),
    files: Any = (),
    **service: Any,
) -> ReplicaSpec:
    return ReplicaSpec(
        replica=ReplicaId("web", 2),
        service=Service(name="web", **service),
        name=service.get("container_name") or "shop-web-2",
        image="busybox",
        config_hash="0",
        labels=labels or {},
        networks=networks,
        volume_names=volume_names or {},
        links=links,
        files=files,
    )


def payload(api_version: tuple[int, int] = API, **attributes: Any) -> Any:
    return container_payload(spec(**attributes), image_digest=DIGEST, api_version=api_version)


def plain(host: dict[str, Any] | None = None, **config: Any) -> dict[str, Any]:
    """The body of a service that sets nothing, with these fields instead."""
    return {
        "Hostname": "",
        "User": "",
        "WorkingDir": "",
        "AttachStdin": False,
        "AttachStdout": True,
        "AttachStderr": True,
        "Tty": False,
        "OpenStdin": False,
        "Env": None,
        "Cmd": None,
        "Entrypoint": None,
        "Image": "busybox",
        "ExposedPorts": {},
        "Labels": {labels.IMAGE: DIGEST},
        **config,
        "HostConfig": {
            "CapAdd": None,
            "CapDrop": None,
            "ExtraHosts": [],
            "LogConfig": {"Type": "", "Config": None},
            "Memory": 0,
            "NanoCpus": 0,
            "OomKillDisable": False,
            "PortBindings": {},
            "Privileged": False,
            "ReadonlyRootfs": False,
            "RestartPolicy": {"Name": "", "MaximumRetryCount": 0},
            "Binds": None,
            "Mounts": [],
            "NetworkMode": "none",
            **(host or {}),
        },
    }
