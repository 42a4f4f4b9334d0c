"""Model values as the documents that docker compose prints: same keys, same order, same text for each value.

`config --format json` and the config-hash are made of these. Pure. Must not know: files, JSON or YAML text
(`$` is not doubled here), which keys a hash leaves out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from composer.units import format_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from composer.model.network import Network
    from composer.model.project import Project
    from composer.model.service import Service
    from composer.model.volume import Volume

Document = dict[str, Any]
_Renderer = "Callable[[Any], Any]"

_PLANS: dict[type, list[tuple[str, str, Callable[[Any], Any] | None, bool]]] = {}
"""Per class: field, key, how its value is printed (None: as it is), and whether a zero is printed too."""

_POINTERS = frozenset(
    ("attach", "init", "scale", "replicas", "retries", "parallelism", "max_attempts", "enable_ipv4", "enable_ipv6")
)
"""Fields that docker compose prints even when they are 0 or false, because they were set."""

_POINTER_DURATIONS = ("Healthcheck", "RestartPolicy", "Service")
_ALWAYS = {"Service": ("command", "entrypoint"), "Hook": ("command",), "Dependency": ("required",)}
_LEFT_OUT = {"Service": ("name",), "Ipam": ("options",)}  # the reference drops `ipam.options`
_ALWAYS_RECORD = {"Deploy": ("resources", "placement"), "Network": ("ipam",), "Watch": ("exec",)}
_RENAMED = {"WeightDevice": {"path": "Path", "weight": "Weight"}, "RateLimit": {"path": "Path", "rate": "Rate"}}


def service_document(service: Service) -> Document:
    """The service as under `services.<name>`; `extensions` are left out, as the reference does in JSON."""
    return document(service)


def network_document(network: Network) -> Document:
    return document(network)


def volume_document(volume: Volume) -> Document:
    return document(volume)


def project_document(project: Project) -> Document:
    """The whole project; top keys by name, as in the reference's JSON (which leaves `models` out)."""
    found: Document = {"name": project.name}
    for section in ("networks", "services", "volumes", "secrets", "configs"):
        values: Mapping[str, object] = getattr(project, section)
        if values or section == "services":
            found[section] = {name: document(values[name]) for name in sorted(values)}
    found.update({key: _plain(item) for key, item in project.extensions.items()})
    return dict(sorted(found.items()))


def document(value: object) -> Document:
    """Any model value."""
    kind = type(value)
    plan = _PLANS.get(kind)
    if plan is None:
        plan = _PLANS[kind] = _plan(kind)
    found: Document = {}
    for name, key, render, zero in plan:
        item = getattr(value, name)
        if not item and not zero:
            continue
        if item is None and name not in _ALWAYS.get(kind.__name__, ()):
            if name in _ALWAYS_RECORD.get(kind.__name__, ()):
                found[key] = {"command": None}
            continue
        found[key] = item if render is None else render(item)
    return found


def _plan(kind: type) -> list[tuple[str, str, Callable[[Any], Any] | None, bool]]:
    from dataclasses import fields  # noqa: PLC0415  once per class

    always = (*_ALWAYS.get(kind.__name__, ()), *_ALWAYS_RECORD.get(kind.__name__, ()))
    plan = []
    for field in fields(kind):
        if field.name == "extensions" or field.name in _LEFT_OUT.get(kind.__name__, ()):
            continue
        annotation = str(field.type)
        zero = field.name in _POINTERS or field.name in always
        zero = zero or ("Nanoseconds" in annotation and kind.__name__ in _POINTER_DURATIONS)
        zero = zero or (" | None" in annotation and _is_record(annotation))
        key = _RENAMED.get(kind.__name__, {}).get(field.name, field.name)
        plan.append((field.name, key, _renderer(kind, field.name, annotation), zero))
    return plan


def _is_record(annotation: str) -> bool:
    """A nested model class: printed even when all its fields are unset."""
    return annotation.split(" | ", maxsplit=1)[0][:1].isupper() and not annotation.startswith(
        ("Mapping", "Annotated", "Nanoseconds", "Bytes")
    )


def _renderer(kind: type, name: str, annotation: str) -> Callable[[Any], Any] | None:  # noqa: PLR0911  a table
    special = _SPECIAL.get((kind.__name__, name)) or _SPECIAL.get(("", name))
    if special is not None:
        return special
    if "Nanoseconds" in annotation:
        return format_duration
    if "Bytes" in annotation:
        return str
    if annotation.startswith("tuple[str"):
        return _list_of_text
    if annotation.startswith("tuple["):
        return _list
    if annotation.startswith("Mapping[str, str"):
        return _sorted
    if annotation.startswith("Mapping["):
        return _mapping
    if "float" in annotation:
        return _number
    if _is_record(annotation):
        return str if annotation == "Condition" else document
    return None


def _list_of_text(value: tuple[str, ...] | None) -> list[str] | None:
    return None if value is None else list(value)


def _list(value: tuple[object, ...]) -> list[Document]:
    return [document(item) for item in value]


def _sorted(value: Mapping[str, str | None]) -> dict[str, str | None]:
    return {key: value[key] for key in sorted(value)}


def _mapping(value: Mapping[str, object]) -> dict[str, Document | None]:
    return {key: None if value[key] is None else document(value[key]) for key in sorted(value)}


def _number(value: float) -> float:
    """Go prints 1, not 1.0."""
    return int(value) if value == int(value) and abs(value) < 1e21 else value


def _plain(value: Any) -> Any:
    """An extension's value, its numbers as Go prints them."""
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in sorted(value)}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _hosts(value: Mapping[str, tuple[str, ...]]) -> list[str]:
    return sorted(f"{host}={address}" for host, addresses in value.items() for address in addresses)


def _options(value: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {key: list(value[key]) for key in sorted(value)}


def _limits(value: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in sorted(value):
        limit = value[name]
        if limit.single:
            found[name] = limit.single
        else:
            found[name] = {key: item for key in ("soft", "hard") if (item := getattr(limit, key))}
    return found


def _mode(value: int) -> str:
    return f"0{value:o}"


def _ssh(value: Mapping[str, str | None]) -> list[str]:
    return [key if value[key] is None else f"{key}: {value[key]}" for key in sorted(value)]


_SPECIAL: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("", "extra_hosts"): _hosts,
    ("", "ulimits"): _limits,
    ("Provider", "options"): _options,
    ("ServiceSecret", "mode"): _mode,
    ("ServiceConfig", "mode"): _mode,
    ("Build", "ssh"): _ssh,
}
