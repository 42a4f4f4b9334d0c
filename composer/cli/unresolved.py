"""The lists of `config --no-interpolate`: of files as they are written, since a variable may be missing.

Pure: takes the merged files as plain values. Must not know: how they were read, how lists are printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Document = Mapping[str, Any]

LISTINGS = ("services", "volumes", "networks", "models", "profiles", "images")


def listed(document: Document, listing: str, *, profiles: Iterable[str], named: Iterable[str]) -> list[str]:
    """Sorted. `services` and `profiles` are those of all services; the rest belongs to the services of active
    `profiles` and to those that are `named`."""
    services: Document = document.get("services") or {}
    if listing == "services":
        return sorted(services)
    if listing == "profiles":
        return sorted({profile for service in services.values() for profile in _texts(service.get("profiles"))})
    taking_part = _taking_part(services, frozenset(profiles), frozenset(named))
    if listing == "images":
        return sorted(_image(str(document.get("name", "")), name, service) for name, service in taking_part.items())
    declared: Document = document.get(listing) or {}
    used = {key for service in taking_part.values() for key in _used(service, listing)}
    if listing == "models":
        return [str((declared[key] or {}).get("model", "")) for key in sorted(used & set(declared))]
    return sorted(used & set(declared))


def _taking_part(services: Document, profiles: frozenset[str], named: frozenset[str]) -> Document:
    if named:
        return {name: service for name, service in services.items() if name in named}
    return {
        name: service
        for name, service in services.items()
        if not (own := set(_texts(service.get("profiles")))) or own & profiles or "*" in profiles
    }


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _image(project: str, name: str, service: Document) -> str:
    return str(service.get("image") or f"{project}-{name}")


def _used(service: Document, section: str) -> Iterable[str]:
    """A volume in short form stays text where it holds a variable."""
    entries = service.get(section) or ()
    if section != "volumes":
        return [str(key) for key in entries]
    return [str(entry.get("source")) if isinstance(entry, dict) else str(entry).partition(":")[0] for entry in entries]
