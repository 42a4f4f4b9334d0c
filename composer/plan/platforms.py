"""Platforms as `os[/architecture[/variant]]`: which image fits which. Pure."""

from __future__ import annotations

_ARCHITECTURES = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "armhf": "arm", "armel": "arm"}


def fits(held: str, wanted: str) -> bool:
    """Is an image of the platform `held` one for `wanted`? What either side leaves open fits anything."""
    asked = wanted.lower().split("/")
    if len(asked) == 1 and asked[0] not in ("linux", "windows"):
        asked = ["", asked[0]]  # `arm64` alone is an architecture
    system, architecture, variant = (*asked, "", "", "")[:3]
    architecture = _ARCHITECTURES.get(architecture, architecture)
    if architecture == "arm64":
        variant = variant.replace("v8", "")
    pairs = zip((system, architecture, variant), (*held.lower().split("/"), "", "", "")[:3], strict=True)
    return all(not want or not have or want == have for want, have in pairs)
