"""`ls`: projects summed up from their containers."""

from __future__ import annotations

from composer.plan.actions import ContainerId
from composer.plan.observed import ObservedContainer
from composer.views.ls_rows import ls_json, ls_objects, ls_table


def container(project: str, state: str, files: str = "") -> ObservedContainer:
    labels = {"com.docker.compose.project": project}
    if files:
        labels["com.docker.compose.project.config_files"] = files
    return ObservedContainer(ContainerId("1"), f"{project}-a-1", "a", 1, state, labels=labels)


FOUND = [
    container("web", "running", "/w/compose.yaml"),
    container("web", "exited", "/w/compose.yaml,/w/more.yaml"),
    container("web", "running"),
    container("api", "paused"),
]
OBJECTS = [
    {"Name": "api", "Status": "paused(1)", "ConfigFiles": "N/A"},
    {"Name": "web", "Status": "exited(1), running(2)", "ConfigFiles": "/w/compose.yaml,/w/more.yaml"},
]


def test_one_object_per_project() -> None:
    assert ls_objects(FOUND) == OBJECTS


def test_json_is_one_array() -> None:
    assert ls_json(OBJECTS[:1]) == '[{"Name":"api","Status":"paused(1)","ConfigFiles":"N/A"}]\n'
    assert ls_json([]) == "[]\n"


def test_the_table_is_the_reference_s() -> None:
    assert ls_table(OBJECTS) == (
        "NAME                STATUS                  CONFIG FILES\n"
        "api                 paused(1)               N/A\n"
        "web                 exited(1), running(2)   /w/compose.yaml,/w/more.yaml\n"
    )


def test_a_narrow_table() -> None:
    assert ls_table(OBJECTS, columns=30) == "NAME  STATUS\napi   paused(1)\nweb   exited(1), running(2)\n"
