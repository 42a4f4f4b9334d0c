"""What differs between what an object was made from and what the file says now, key by key.

Owns how two documents are compared and how a value is written. A credential is never in a `Change`. Pure. Must not
know: where the two sides come from, files and lines.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from composer.plan.change import Change, Changes
from composer.plan.credentials import is_credential_name
from composer.plan.definition import Definition, Seal, hides, seal
from composer.units import format_bytes

Path = tuple[str, ...]
_WHOLE = frozenset(("command", "entrypoint", "test", "dns", "dns_search", "dns_opt"))  # lists whose order counts
_OPEN_SWITCHES = frozenset(("init", "attach", "enable_ipv4", "enable_ipv6"))
_SIZES = frozenset(("mem_limit", "mem_reservation", "memswap_limit", "shm_size", "memory", "size"))
_ABSENT = object()


def differences(old: Definition, new: Mapping[str, Any]) -> Changes:
    """In the new document's order, then what is not in it any more."""
    return tuple(_of_mappings(old.document, new, (), old.salt))


def partial_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Changes:
    """The same for an old side of which only some top keys are known: only these are compared. What is empty,
    false or zero counts as not set."""
    known = {key: item for key, item in old.items() if item}
    return tuple(_of_mappings(known, {key: item for key, item in new.items() if key in old and item}, (), ""))


def shown(content: object) -> str:
    """A value as a person would write it."""
    if content is None or content in ({}, []):
        return ""
    if isinstance(content, bool):
        return str(content).lower()
    if isinstance(content, list):
        return shlex.join(str(item) for item in content)
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


def _of_mappings(old: Mapping[str, Any], new: Mapping[str, Any], path: Path, salt: str) -> Iterator[Change]:
    for key in (*new, *(key for key in old if key not in new)):
        before, after = old.get(key, _ABSENT), new.get(key, _ABSENT)
        if before != after:
            yield from _of_values(before, after, (*path, key), salt)


def _of_values(before: Any, after: Any, path: Path, salt: str) -> Iterator[Change]:
    if isinstance(before, Seal):
        if after is _ABSENT or seal(after, salt) != before:
            yield _unsealed(after, path)
    elif isinstance(before, dict) or isinstance(after, dict):
        # An empty mapping has no key whose change could be told.
        if not (_mapping(before) or _mapping(after)):
            yield _change(before, after, path)
        yield from _of_mappings(_mapping(before), _mapping(after), path, salt)
    elif path[-1] not in _WHOLE and (isinstance(before, list) or isinstance(after, list)):
        yield from _of_lists(_items(before), _items(after), path)
    else:
        yield _change(before, after, path)


def _mapping(content: Any) -> dict[str, Any]:
    return content if isinstance(content, dict) else {}


def _items(content: Any) -> list[Any]:
    return content if isinstance(content, list) else []


def _unsealed(after: Any, path: Path) -> Change:
    """The old value is not known here; it may be told if its name does not speak against it."""
    where = ".".join(path)
    if is_credential_name(path[-1]) or path[0] != "environment" or hides(path, after):
        return Change(where, hidden=True)
    return Change(where, None, None if after is _ABSENT else shown(after), is_open=True)


def _change(before: Any, after: Any, path: Path) -> Change:
    where = ".".join(path)
    if hides(path, before) or hides(path, after):
        return Change(where, hidden=True)
    return Change(where, _side(before, after, path), _side(after, before, path))


def _side(content: Any, other: Any, path: Path) -> str | None:
    """A switch that is not set is off, but for those that the engine or the format may set."""
    if content is None and path[0] in ("command", "entrypoint"):
        return None  # null there is: not set
    if content is not _ABSENT:
        return _text(content, path)
    return shown(not other) if isinstance(other, bool) and path[-1] not in _OPEN_SWITCHES else None


def _text(content: Any, path: Path) -> str:
    is_size = path[-1] in _SIZES and str(content).isdecimal()
    return format_bytes(int(content)) if is_size else shown(content)


def _of_lists(before: list[Any], after: list[Any], path: Path) -> Iterator[Change]:
    """Items that went and items that came; two with one target are one changed item."""
    if hides(path, before) or hides(path, after):
        yield Change(".".join(path), hidden=True)
        return
    gone = [item for item in before if item not in after]
    came = [item for item in after if item not in before]
    if not (gone or came):  # another order, or one of them more often
        yield _change(before, after, path)
        return
    where = ".".join(path)
    write = _writer(path[-1])
    for item in gone:
        follower = next((other for other in came if _is_about_the_same(item, other)), None)
        if follower is not None:
            came.remove(follower)
        yield _item_change(where, item, follower, write)
    for item in came:
        yield _item_change(where, None, item, write)


def _item_change(where: str, before: Any, after: Any, write: Callable[[Any], str]) -> Change:
    old, new = (None if side is None else write(side) for side in (before, after))
    if old == new:  # the difference is in what the short text leaves out
        old, new = shown(before), shown(after)
    return Change(where, old, new)


def _is_about_the_same(one: Any, other: Any) -> bool:
    """By target (and protocol), else by source."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return False
    if "target" in one or "target" in other:
        return all(one.get(key) == other.get(key) for key in ("target", "protocol"))
    return "source" in one and one.get("source") == other.get("source")


def _writer(key: str) -> Callable[[Any], str]:
    return {"ports": _port, "volumes": _mount}.get(key, shown)


def _port(item: Any) -> str:
    parts = [str(part) for part in (item.get("host_ip"), item.get("published"), item.get("target")) if part]
    return ":".join(parts) + f"/{item.get('protocol', 'tcp')}"


def _mount(item: Any) -> str:
    source = item.get("source") or f"({item.get('type', 'volume')})"
    return f"{source}:{item.get('target')}" + (":ro" if item.get("read_only") else "")
