"""What registries hold now, asked through the engine: the digest behind an image's tag.

Must not know: projects, where logins come from (`credentials`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from composer.engine import wire
from composer.engine.errors import refusal, words
from composer.errors import EngineError
from composer.plan.references import Reference, parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.engine.connect import Address
    from composer.engine.credentials import Credentials


def image_digests(address: Address, images: Iterable[str], credentials: Credentials) -> dict[str, str]:
    """Image → its full name with the digest of today. Raises EngineError with the name of the image that failed."""
    return {image: _pinned(address, parse_reference(image), credentials) for image in images}


def _pinned(address: Address, reference: Reference, credentials: Credentials) -> str:
    login = credentials.login(reference.domain)
    headers = {"X-Registry-Auth": login.header} if login else {}
    path = f"/distribution/{wire.quote(reference.full)}/json"
    response = wire.request(address, "GET", path, headers=headers)
    if response.status >= 400:
        cause = refusal(response.status, words(response.body))
        raise EngineError(f"failed to resolve digest for {reference.full}: {cause.message}", hint=cause.hint)
    return f"{reference.full}@{json.loads(response.body)['Descriptor']['digest']}"
