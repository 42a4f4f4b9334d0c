from __future__ import annotations

import pytest

from composer.engine.distribution import DEFAULT_DOMAIN, full_name


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("redis", f"{DEFAULT_DOMAIN}/library/redis:latest"),
        ("redis:7", f"{DEFAULT_DOMAIN}/library/redis:7"),
        ("me/redis", f"{DEFAULT_DOMAIN}/me/redis:latest"),
        (f"{DEFAULT_DOMAIN}/redis", f"{DEFAULT_DOMAIN}/library/redis:latest"),
        ("localhost/a", "localhost/a:latest"),
        ("127.0.0.1:5000/a/b:1", "127.0.0.1:5000/a/b:1"),
        ("127.0.0.1:5000/a/b", "127.0.0.1:5000/a/b:latest"),
    ],
)
def test_a_short_name_has_a_domain_and_a_tag(image: str, name: str) -> None:
    assert full_name(image) == name
