"""What an object was made from, as the text of a label of Composer's own: for telling later what has changed.

The canonical document that the config-hash is made of, packed small. What may be secret stands in it only as a
salted digest: every value of `environment`, every value whose name or text looks like a credential. The salt stands
beside the digests; it is made from the names of project and object, so that the same file gives the same label.
Pure. Must not know: whose label it is, what differs (`differences`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from composer.digest import blake2_hex
from composer.plan.credentials import is_credential_name, shows_credential
from composer.values import value

FORMAT = "1."  # begins the label's text; grows when the packing changes
_DIGEST = "\0"  # the one key of what stands for a sealed value
_ENVIRONMENT = "environment"


@value()
class Seal:
    """Stands for a value that is not told."""

    digest: str


@value()
class Definition:
    """`document`: as `model.dump` makes them, with `Seal` for what is not told. `salt`: that of its seals."""

    salt: str
    document: Mapping[str, Any]


def salt_of(*names: str) -> str:
    """16 hex digits. Its purpose: equal secrets of two projects have different digests."""
    return blake2_hex("\0".join(names).encode(), 8)


def seal(content: object, salt: str) -> Seal:
    text = json.dumps(content, separators=(",", ":"), sort_keys=True)
    return Seal(blake2_hex(text.encode(), 9, salt.encode()))


def definition_text(document: Mapping[str, Any], salt: str) -> str:
    """The label: version, then base64url of zlib of JSON."""
    from base64 import urlsafe_b64encode  # noqa: PLC0415 - only when something is made or has changed
    from zlib import compress  # noqa: PLC0415

    plain = json.dumps([salt, _sealed(document, salt, ())], separators=(",", ":"), ensure_ascii=False)
    return FORMAT + urlsafe_b64encode(compress(plain.encode(), 9)).decode().rstrip("=")


def read_definition(text: str) -> Definition | None:
    """None for no label, or for one that another version wrote: then nothing is known."""
    from base64 import urlsafe_b64decode  # noqa: PLC0415 - as above
    from zlib import decompress, error  # noqa: PLC0415

    if not text.startswith(FORMAT):
        return None
    packed = text.removeprefix(FORMAT)
    try:
        salt, document = json.loads(decompress(urlsafe_b64decode(packed + "=" * (-len(packed) % 4))))
        read = _read(document)
    except (ValueError, TypeError, error):
        return None
    return Definition(salt, read) if isinstance(salt, str) and isinstance(read, dict) else None


def hides(path: tuple[str, ...], content: object) -> bool:
    """May the value at `path` not be shown? A part of it counts for the whole of a list."""
    if path and not isinstance(content, dict | list) and is_credential_name(path[-1]):
        return True
    if isinstance(content, list):
        return shows_credential(" ".join(_texts(content)))
    return isinstance(content, str) and shows_credential(content)


def _texts(content: list[Any]) -> Iterator[str]:
    for item in content:
        yield item if isinstance(item, str) else json.dumps(item)


def _sealed(content: Any, salt: str, path: tuple[str, ...]) -> Any:
    if isinstance(content, dict):
        return {key: _sealed(item, salt, (*path, key)) for key, item in content.items()}
    if content is not None and (path[:1] == (_ENVIRONMENT,) or hides(path, content)):
        return {_DIGEST: seal(content, salt).digest}
    return content


def _read(content: Any) -> Any:
    if isinstance(content, dict):
        if content.keys() == {_DIGEST}:
            return Seal(content[_DIGEST])
        return {key: _read(item) for key, item in content.items()}
    return content
