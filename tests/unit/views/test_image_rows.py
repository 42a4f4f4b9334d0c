"""`images`: the reference's JSON and table."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from composer.plan.actions import ContainerId
from composer.plan.observed import ObservedContainer, ObservedImage
from composer.views.formats import RowFormat
from composer.views.image_rows import HEADERS, images_formatted, images_json, images_quiet, images_table

DIGEST = "sha256:" + "a" * 64
ID = "sha256:" + "0123456789ab" * 5 + "cdef"
IMAGE = ObservedImage(
    ID,
    ID,
    platform="linux/amd64",
    size=1_984_230,
    tagged="2026-11-25T19:16:46.189090205Z",
    created="2026-01-01T00:00:00Z",
)
NOW = datetime(2026, 11, 25, 19, 18, 46, tzinfo=UTC).timestamp()


def container(name: str, image: str) -> ObservedContainer:
    return ObservedContainer(ContainerId(name), name, "a", 1, "running", image=image)


USED = [
    (container("p-b-1", "busybox"), IMAGE),
    (container("p-a-1", "127.0.0.1:5000/team/app:1"), IMAGE),
    (container("p-c-1", f"redis:7@{DIGEST}"), IMAGE),
    (container("p-d-1", ID), ObservedImage(ID, ID, platform="linux/arm64/v8", created="2026-11-25T19:18:43Z")),
]


def test_json_by_container() -> None:
    told = json.loads(images_json(USED))
    assert told[0] == {
        "ID": ID,
        "ContainerName": "p-a-1",
        "Repository": "127.0.0.1:5000/team/app",
        "Tag": "1",
        "Platform": "linux/amd64",
        "Size": 1984230,
        "LastTagTime": "2026-11-25T19:16:46.189090205Z",
    }
    assert [(one["ContainerName"], one["Repository"], one["Tag"]) for one in told[1:]] == [
        ("p-b-1", "busybox", "latest"),
        ("p-c-1", "redis", ""),
        ("p-d-1", "sha256", ID.removeprefix("sha256:")),  # a name that it has lost, as the reference tells it
    ]
    assert images_json([]) == "[]\n"


def test_the_table() -> None:
    lines = images_table(USED, now=NOW).splitlines()
    assert [re.sub("  +", "|", line) for line in lines] == [
        "CONTAINER|REPOSITORY|TAG|PLATFORM|IMAGE ID|SIZE|CREATED",
        "p-a-1|127.0.0.1:5000/team/app|1|linux/amd64|0123456789ab|1.98MB|About a minute ago",
        "p-b-1|busybox|latest|linux/amd64|0123456789ab|1.98MB|About a minute ago",
        "p-c-1|redis|<none>|linux/amd64|0123456789ab|1.98MB|About a minute ago",
        "p-d-1|<none>|<none>|linux/arm64/v8|0123456789ab|0B|3 seconds ago",
    ]
    assert [lines[0].index(header) for header in HEADERS] == [0, 20, 46, 66, 86, 106, 126]


def test_a_narrow_table_keeps_what_matters() -> None:
    lines = images_table(USED, now=NOW, columns=60).splitlines()
    assert lines[0].split() == ["CONTAINER", "REPOSITORY", "TAG", "IMAGE", "ID"]
    assert max(map(len, lines)) <= 60


def test_ids_only() -> None:
    assert images_quiet(USED) == ID.removeprefix("sha256:") + "\n"


def test_a_template() -> None:
    form = RowFormat.parse("{{.ContainerName}}={{.Repository}}:{{.Tag}}")
    assert images_formatted(USED[:2], form) == "p-a-1=127.0.0.1:5000/team/app:1\np-b-1=busybox:latest\n"
