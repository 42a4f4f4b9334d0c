"""The nearest known name."""

from __future__ import annotations

import pytest

from composer.suggest import nearest


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("imagge", ["image", "init"], "image"),
        ("dbb", ["db", "web"], "db"),
        ("d", ["db"], None),
        ("ab", ["cd", "db"], None),
        ("env-file", ["env_file"], "env_file"),
        ("nothing", ["image"], None),
    ],
)
def test_the_nearest(name: str, known: list[str], found: str | None) -> None:
    assert nearest(name, known) == found
