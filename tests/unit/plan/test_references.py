"""Image references: what every engine understands by them."""

from __future__ import annotations

import pytest

from composer.plan.references import DEFAULT_DOMAIN, Reference, parse_reference

DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("image", "full"),
    [
        ("redis", f"{DEFAULT_DOMAIN}/library/redis:latest"),
        ("redis:7", f"{DEFAULT_DOMAIN}/library/redis:7"),
        ("me/redis", f"{DEFAULT_DOMAIN}/me/redis:latest"),
        (f"{DEFAULT_DOMAIN}/redis", f"{DEFAULT_DOMAIN}/library/redis:latest"),
        ("index.docker.io/me/redis", f"{DEFAULT_DOMAIN}/me/redis:latest"),
        ("localhost/a", "localhost/a:latest"),
        ("127.0.0.1:5000/a/b:1", "127.0.0.1:5000/a/b:1"),
        ("127.0.0.1:5000/a/b", "127.0.0.1:5000/a/b:latest"),
        (f"redis@{DIGEST}", f"{DEFAULT_DOMAIN}/library/redis@{DIGEST}"),
        (f"redis:7@{DIGEST}", f"{DEFAULT_DOMAIN}/library/redis:7@{DIGEST}"),
    ],
)
def test_the_full_name(image: str, full: str) -> None:
    assert parse_reference(image).full == full


@pytest.mark.parametrize(
    ("image", "familiar", "version", "is_latest"),
    [
        ("redis", "redis", "latest", True),
        ("docker.io/library/redis:7", "redis", "7", False),
        ("docker.io/me/redis:latest", "me/redis", "latest", True),
        ("127.0.0.1:5000/redis:7", "127.0.0.1:5000/redis", "7", False),
        (f"redis@{DIGEST}", "redis", DIGEST, False),
        (f"redis:7@{DIGEST}", "redis", DIGEST, False),
    ],
)
def test_what_an_engine_is_asked_for(image: str, familiar: str, version: str, is_latest: bool) -> None:
    found = parse_reference(image)
    assert (found.familiar, found.version, found.is_latest) == (familiar, version, is_latest)


def test_the_parts() -> None:
    assert parse_reference(f"127.0.0.1:5000/a/b:1@{DIGEST}") == Reference("127.0.0.1:5000", "a/b", "1", DIGEST)
