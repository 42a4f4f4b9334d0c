"""Which image fits which platform."""

from __future__ import annotations

import pytest

from composer.plan.platforms import fits


@pytest.mark.parametrize(
    ("held", "wanted", "expected"),
    [
        ("linux/amd64", "linux/amd64", True),
        ("linux/amd64", "linux/x86_64", True),
        ("linux/amd64", "amd64", True),
        ("linux/amd64", "linux", True),
        ("linux/amd64", "linux/arm64", False),
        ("linux/amd64", "windows", False),
        ("linux/arm64/v8", "linux/arm64", True),
        ("linux/arm64", "linux/arm64/v8", True),
        ("linux/arm/v6", "linux/arm/v7", False),
        ("linux/arm/v7", "linux/armhf", True),
        ("", "linux/arm64", True),  # the engine does not say
    ],
)
def test_fits(held: str, wanted: str, *, expected: bool) -> None:
    assert fits(held, wanted) is expected
