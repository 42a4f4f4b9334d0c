"""What registries hold now, asked through the engine: the digest behind an image's tag.

Sends no credentials: a private image is refused by its registry. Must not know: projects.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from composer.engine import wire
from composer.engine.errors import refusal, words
from composer.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.engine.connect import Address

DEFAULT_DOMAIN = "docker.io"  # what a name without a domain means to every engine


def image_digests(address: Address, images: Iterable[str]) -> dict[str, str]:
    """Image → its full name with the digest of today. Raises EngineError with the name of the image that failed."""
    return {image: _pinned(address, full_name(image)) for image in images}


def full_name(image: str) -> str:
    """With domain and tag, as engines print it.

    >>> full_name("redis"), full_name("127.0.0.1:5000/a/b:1")
    ('docker.io/library/redis:latest', '127.0.0.1:5000/a/b:1')
    """
    first, slash, rest = image.partition("/")
    if not slash or not ("." in first or ":" in first or first == "localhost"):
        first, rest = DEFAULT_DOMAIN, image
    if first == DEFAULT_DOMAIN and "/" not in rest:
        rest = f"library/{rest}"
    return f"{first}/{rest}" if ":" in rest else f"{first}/{rest}:latest"


def _pinned(address: Address, name: str) -> str:
    response = wire.request(address, "GET", f"/distribution/{wire.quote(name)}/json")
    if response.status >= 400:
        cause = refusal(response.status, words(response.body))
        raise EngineError(f"failed to resolve digest for {name}: {cause.message}", hint=cause.hint)
    return f"{name}@{json.loads(response.body)['Descriptor']['digest']}"
