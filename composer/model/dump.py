"""Model values as the documents that docker compose prints: same keys, same order, same text for each value.

`config --format json` and the config-hash are made of these. Pure. Must not know: files, JSON or YAML text
(`$` is not doubled here), which keys a hash leaves out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from composer.model.order import in_order
from composer.units import format_duration
from composer.values import layout_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from composer.model.network import Network
    from composer.model.project import Project
    from composer.model.service import Service
    from composer.model.volume import Volume

Document = dict[str, Any]

_POINTERS = frozenset(
    ("attach", "init", "scale", "replicas", "retries", "parallelism", "max_attempts", "enable_ipv4", "enable_ipv6")
)
"""Fields that docker compose prints even when they are 0 or false, because they were set."""

_POINTER_DURATIONS = ("Healthcheck", "RestartPolicy", "Service")
_POINTER_MODES = ("ServiceSecret", "ServiceConfig")
_ALWAYS = {
    "Service": ("command", "entrypoint"),
    "Hook": ("command",),
    "Dependency": ("required",),
    "WeightDevice": ("path", "weight"),
    "RateLimit": ("path", "rate"),
    "DiscreteResource": ("kind", "value"),
}
_ALWAYS_RECORD = {"Deploy": ("resources", "placement"), "Network": ("ipam",), "Watch": ("exec",)}
_LEFT_OUT = {"Service": ("name",), "Ipam": ("options",)}  # the reference's JSON has no `ipam.options`
_RENAMED = {"WeightDevice": {"path": "Path", "weight": "Weight"}, "RateLimit": {"path": "Path", "rate": "Rate"}}


def service_document(service: Service) -> Document:
    """The service as under `services.<name>` of the reference's JSON, which has no extensions there."""
    return _JSON.document(service)


def network_document(network: Network) -> Document:
    return _JSON.document(network)


def volume_document(volume: Volume) -> Document:
    return _JSON.document(volume)


def project_document(project: Project) -> Document:
    """The whole project; top keys by name, as in the reference's JSON (which leaves `models` out)."""
    return dict(sorted(_sections(_JSON, project, ("networks", "services", "volumes", "secrets", "configs")).items()))


def full_document(project: Project) -> Document:
    """The whole project as in the reference's YAML: sections in its order, extensions and `models` too.

    Loading it again gives the same project."""
    return _sections(_YAML, project, ("services", "networks", "volumes", "secrets", "configs", "models"))


def _sections(printer: _Printer, project: Project, sections: tuple[str, ...]) -> Document:
    found: Document = {"name": project.name}
    for section in sections:
        values: Mapping[str, object] = getattr(project, section)
        if values or section == "services":
            found[section] = {name: printer.document(values[name]) for name in printer.order(values)}
    extensions = project.extensions
    found.update({key: _plain(extensions[key], full=printer.full) for key in printer.order(extensions)})
    return found


class _Field:
    """How one field is printed: `render` None is as it is; `zero`: also when empty; `sparse`: not as `{}`;
    `null`: what stands for None."""

    __slots__ = ("key", "name", "null", "render", "sparse", "zero")

    def __init__(self, name: str, render: Callable[[Any], Any] | None, *, zero: bool) -> None:
        self.name = name
        self.key = name
        self.render = render
        self.zero = zero
        self.sparse = False
        self.null: Any = _ABSENT


_ABSENT = object()


class _Printer:
    """One style of document; how the fields of a class are printed is worked out once."""

    def __init__(self, *, full: bool) -> None:
        self.full = full
        self.order: Callable[[Iterable[str]], list[str]] = in_order if full else sorted
        self._plans: dict[type, list[_Field]] = {}

    def document(self, value: object) -> Document:
        kind = type(value)
        plan = self._plans.get(kind)
        if plan is None:
            plan = self._plans[kind] = self._plan(kind)
        found: Document = {}
        for field in plan:
            item = getattr(value, field.name)
            if not item and not field.zero:
                continue
            if item is not None:
                text = item if field.render is None else field.render(item)
                if text != {} or not field.sparse:
                    found[field.key] = text
            elif field.null is not _ABSENT:
                found[field.key] = field.null
        if self.full and getattr(value, "extensions", None):
            extensions = value.extensions  # type: ignore[attr-defined]
            found.update({key: _plain(extensions[key]) for key in in_order(extensions)})
        return found

    def _plan(self, kind: type) -> list[_Field]:
        left_out = _LEFT_OUT.get(kind.__name__, ()) if not self.full or kind.__name__ == "Service" else ()
        return [
            self._field(kind, name, annotation)
            for name, annotation in layout_of(kind).annotations.items()
            if name != "extensions" and name not in left_out
        ]

    def _field(self, kind: type, name: str, annotation: str) -> _Field:
        always = name in _ALWAYS.get(kind.__name__, ())
        record = name in _ALWAYS_RECORD.get(kind.__name__, ())
        zero = always or record or name in _POINTERS
        zero = zero or ("Nanoseconds" in annotation and kind.__name__ in _POINTER_DURATIONS)
        zero = zero or (name == "mode" and kind.__name__ in _POINTER_MODES)
        zero = zero or (" | None" in annotation and _is_record(annotation))
        made = _Field(name, self._renderer(kind, name, annotation), zero=zero)
        if self.full:
            made.sparse = record
        else:
            made.key = _RENAMED.get(kind.__name__, {}).get(name, name)
            if always or record:
                made.null = {"command": None} if record else None
        return made

    def _renderer(self, kind: type, name: str, annotation: str) -> Callable[[Any], Any] | None:
        if self.full and name == "ulimits":
            return _full_limits
        special = _SPECIAL.get((kind.__name__, name)) or _SPECIAL.get(("", name))
        if special is None and self.full and annotation.startswith("Mapping[str, str"):
            special = _in_order
        if special is not None:
            return special
        for start, render in _BY_TYPE:
            if start in annotation:
                return render
        if annotation.startswith("tuple["):
            return self._list
        if annotation.startswith("Mapping["):
            return self._mapping
        return self.document if _is_record(annotation) else None

    def _list(self, value: tuple[object, ...]) -> list[Document]:
        return [self.document(item) for item in value]

    def _mapping(self, value: Mapping[str, object]) -> dict[str, Document | None]:
        return {key: None if value[key] is None else self.document(value[key]) for key in self.order(value)}


def _is_record(annotation: str) -> bool:
    """A nested model class: printed even when all its fields are unset."""
    return annotation.split(" | ", maxsplit=1)[0][:1].isupper() and not annotation.startswith(
        ("Mapping", "Annotated", "Nanoseconds", "Bytes")
    )


def _list_of_text(value: tuple[str, ...] | None) -> list[str] | None:
    return None if value is None else list(value)


def _sorted(value: Mapping[str, str | None]) -> dict[str, str | None]:
    return {key: value[key] for key in sorted(value)}


def _in_order(value: Mapping[str, str | None]) -> dict[str, str | None]:
    return {key: value[key] for key in in_order(value)}


def _number(value: float) -> float:
    """Go prints 1, not 1.0."""
    return int(value) if value.is_integer() and abs(value) < 1e21 else value


def _plain(value: Any, *, full: bool = True) -> Any:
    """An extension's value, its keys sorted. The reference's JSON has null for an empty list there."""
    if isinstance(value, dict):
        return {key: _plain(value[key], full=full) for key in (in_order(value) if full else sorted(value))}
    if isinstance(value, list):
        return [_plain(item, full=full) for item in value] if value or full else None
    return _number(value) if isinstance(value, float) and not full else value


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


def _full_limits(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value[name].single or _soft_and_hard(value[name]) for name in sorted(value)}


def _soft_and_hard(limit: Any) -> dict[str, int]:
    return {"soft": limit.soft or 0, "hard": limit.hard or 0}


def _mode(value: int) -> str:
    return f"0{value:o}"


def _ssh(value: Mapping[str, str | None]) -> list[str]:
    """`id=path`, which loads again (docker compose prints `id: path`, which does not)."""
    return [key if value[key] is None else f"{key}={value[key]}" for key in sorted(value)]


_SPECIAL: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("", "extra_hosts"): _hosts,
    ("", "ulimits"): _limits,
    ("Provider", "options"): _options,
    ("ServiceSecret", "mode"): _mode,
    ("ServiceConfig", "mode"): _mode,
    ("Build", "ssh"): _ssh,
}

_BY_TYPE: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("Nanoseconds", format_duration),
    ("Bytes", str),
    ("tuple[str", _list_of_text),
    ("Mapping[str, str", _sorted),
    ("float", _number),
    ("Condition", str),
)

_JSON = _Printer(full=False)
_YAML = _Printer(full=True)
