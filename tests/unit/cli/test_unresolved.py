"""Lists of files whose variables are left in place."""

from __future__ import annotations

from typing import Any

import pytest

from composer.cli.unresolved import listed

DOCUMENT: dict[str, Any] = {
    "name": "p",
    "services": {
        "web": {
            "image": "nginx:${TAG:?}",
            "volumes": [{"type": "volume", "source": "data", "target": "/d"}, "cache:${WHERE}"],
            "networks": {"front": None},
            "models": {"small": None},
        },
        "tool": {"build": {"context": "."}, "profiles": ["dev", "test"], "volumes": [{"source": "old"}]},
    },
    "networks": {"front": None, "unused": None},
    "volumes": {"data": None, "cache": None, "old": None, "unused": None},
    "models": {"small": {"model": "ai/${MODEL}"}},
}


@pytest.mark.parametrize(
    ("listing", "expected"),
    [
        ("services", ["tool", "web"]),
        ("volumes", ["cache", "data"]),
        ("networks", ["front"]),
        ("models", ["ai/${MODEL}"]),
        ("profiles", ["dev", "test"]),
        ("images", ["nginx:${TAG:?}"]),
    ],
)
def test_a_list_of_what_is_written(listing: str, expected: list[str]) -> None:
    assert listed(DOCUMENT, listing, profiles=(), named=()) == expected


@pytest.mark.parametrize("chosen", [{"profiles": ["dev"], "named": ()}, {"profiles": ["*"], "named": ()}])
def test_active_profiles_bring_their_services(chosen: dict[str, Any]) -> None:
    assert listed(DOCUMENT, "images", **chosen) == ["nginx:${TAG:?}", "p-tool"]


def test_a_service_that_is_named_needs_no_profile() -> None:
    assert listed(DOCUMENT, "volumes", profiles=(), named=["tool"]) == ["old"]


def test_a_file_without_services_lists_nothing() -> None:
    assert listed({}, "images", profiles=(), named=()) == []
