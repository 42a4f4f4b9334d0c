"""The lines of a transfer, and which of them are trouble."""

from __future__ import annotations

from typing import Any

import pytest

from composer.engine.port import PullProgress
from composer.engine.transfers import parse_progress, trouble_in


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"status": "Pulling from library/busybox", "id": "latest"}, PullProgress("", "Pulling from library/busybox")),
        ({"status": "Pulling fs layer", "progressDetail": {}, "id": "1"}, PullProgress("1", "Pulling fs layer")),
        (
            {"status": "Downloading", "progressDetail": {"current": 5, "total": 9}, "progress": "[>]", "id": "1"},
            PullProgress("1", "Downloading", 5, 9),
        ),
        ({"status": "Digest: sha256:1"}, PullProgress("", "Digest: sha256:1")),
        ({}, PullProgress("", "")),
    ],
)
def test_progress(line: dict[str, Any], expected: PullProgress) -> None:
    assert parse_progress(line) == expected


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        ({"status": "Downloading"}, ""),
        ({"errorDetail": {"message": "no space"}, "error": "no space"}, "no space"),
        ({"error": "old engines"}, "old engines"),
        (
            {"status": "WARNING: image with reference x was found but does not match the specified platform: wanted a"},
            "image with reference x was found but does not match the specified platform: wanted a",
        ),
    ],
)
def test_trouble(line: dict[str, Any], trouble: str) -> None:
    assert trouble_in(line) == trouble
