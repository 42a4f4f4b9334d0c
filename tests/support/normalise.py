"""Inspect documents without what differs between any two runs: ids, times, addresses, the engine's own paths.

What then still differs between the tools is a defect or stands in tests/differential/INTENDED.md.
"""

from __future__ import annotations

import re
from typing import Any

from tests.support.holdings import Holdings

LONG_ID = re.compile(r"\b[0-9a-f]{64}\b")
SHORT_ID = re.compile(r"^[0-9a-f]{12}$")

# What a container's document says about this one run of it, or about where the engine keeps it.
CONTAINER_RUN = {
    "Id", "Created", "Image", "ResolvConfPath", "HostnamePath", "HostsPath", "LogPath", "GraphDriver", "RestartCount",
    "ProcessLabel", "MountLabel", "AppArmorProfile", "Driver", "Platform", "ExecIDs", "ImageManifestDescriptor",
}  # fmt: skip
ENDPOINT_RUN = {
    "NetworkID", "EndpointID", "Gateway", "IPAddress", "IPPrefixLen", "IPv6Gateway", "GlobalIPv6Address",
    "GlobalIPv6PrefixLen", "MacAddress",
}  # fmt: skip
NETWORK_RUN = {"Id", "Created", "Containers", "ConfigFrom"}
VOLUME_RUN = {"CreatedAt", "Mountpoint"}

# Lists whose order means nothing to the engine.
UNORDERED = {"Ulimits", "Links", "Env", "Binds", "Aliases", "DNSNames", "CapAdd", "CapDrop", "Mounts", "ExtraHosts"}


def normalised(holdings: Holdings) -> dict[str, dict[str, Any]]:
    """Containers, networks and volumes as comparable values, by name."""
    return {
        "containers": {name: container(document) for name, document in sorted(holdings.containers.items())},
        "networks": {name: network(document) for name, document in sorted(holdings.networks.items())},
        "volumes": {_anonymous(name): volume(document) for name, document in sorted(holdings.volumes.items())},
    }


def container(document: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in document.items() if key not in CONTAINER_RUN}
    settings = kept.pop("NetworkSettings")
    state = kept.pop("State")
    kept["State"] = {"Status": state["Status"], "ExitCode": state["ExitCode"]}
    kept["Networks"] = {
        name: {key: value for key, value in endpoint.items() if key not in ENDPOINT_RUN}
        for name, endpoint in settings["Networks"].items()
    }
    kept["PublishedPorts"] = sorted(port for port, hosts in (settings["Ports"] or {}).items() if hosts)
    config = kept["Config"]
    if SHORT_ID.match(config["Hostname"]):  # its own id, or that of the container whose network it shares
        config = {**config, "Hostname": ""}
    kept["Config"] = {**config, "Labels": labels(config["Labels"])}
    return _tidy(kept)


def network(document: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in document.items() if key not in NETWORK_RUN}
    kept["Labels"] = labels(kept["Labels"] or {})
    configured = (kept["IPAM"].get("Config") or [{}])[0]
    if configured.get("Subnet", "").startswith(("172.", "192.168.", "10.21")):  # taken from the engine's pool
        kept["IPAM"] = {**kept["IPAM"], "Config": "from the pool"}
    return _tidy(kept)


def volume(document: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in document.items() if key not in VOLUME_RUN}
    return _tidy({**kept, "Labels": labels(kept["Labels"] or {})})


def labels(found: dict[str, str]) -> dict[str, str]:
    """Labels without the tool's version, those of Composer alone, and what only the reference's later releases write;
    the dependencies, which it lists in any order, sorted."""
    kept = {key: value for key, value in found.items() if key not in _OF_THE_TOOL}
    depends = "com.docker.compose.depends_on"
    if depends in kept:
        kept[depends] = ",".join(sorted(kept[depends].split(",")))
    return kept


_OF_THE_TOOL = {
    "com.docker.compose.version",
    "com.docker.compose.image-volume-digest",
    "composer.definition",
    "composer.content",
}


def _anonymous(text: str) -> str:
    return LONG_ID.sub("{id}", text)


def _tidy(value: Any, key: str = "") -> Any:
    """Ids named away, unordered lists sorted, and null, "", [] and {} (one and the same to the engine) left out."""
    if isinstance(value, dict):
        tidied = {name: _tidy(item, name) for name, item in value.items()}
        return {name: item for name, item in tidied.items() if item not in (None, "", [], {}) and item is not False}
    if isinstance(value, list):
        items = [_tidy(item) for item in value if not (isinstance(item, str) and SHORT_ID.match(item))]
        return sorted(items, key=repr) if key in UNORDERED else items
    return _anonymous(value) if isinstance(value, str) else value
