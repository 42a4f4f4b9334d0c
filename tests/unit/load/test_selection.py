"""Profiles, services named on the command line, and what is left of the rest."""

# ruff: noqa: E501  # Compose files on one line

from __future__ import annotations

import pytest

from tests.support.trees import failures, load_files

FILE = """
services:
  web: {image: x, depends_on: [db], networks: [front]}
  db: {image: x, volumes: ["data:/d"]}
  job: {image: x, profiles: [tools], depends_on: [db]}
  debug: {image: x, profiles: [tools, debug]}
  extra: {image: x, profiles: [other], env_file: missing.env}
networks: {front: , back: }
volumes: {data: , unused: }
"""


def selected(**request: object) -> list[str]:
    return list(load_files({"compose.yaml": FILE}, **request).project.services)


@pytest.mark.parametrize(
    ("request_", "services"),
    [
        ({}, ["web", "db"]),
        ({"profiles": ("debug",)}, ["web", "db", "debug"]),
        ({"profiles": ("tools",)}, ["web", "db", "job", "debug"]),
        ({"environment": {"COMPOSE_PROFILES": "debug, none"}}, ["web", "db", "debug"]),
        ({"environment": {"COMPOSE_PROFILES": "tools"}, "profiles": ("debug",)}, ["web", "db", "debug"]),
        ({"services": ("web",)}, ["web", "db"]),
        ({"services": ("web",), "no_deps": True}, ["web"]),
        ({"services": ("job",)}, ["db", "job"]),
        ({"services": ("d*",)}, ["db", "debug"]),
    ],
)
def test_which_services_take_part(request_: dict[str, object], services: list[str]) -> None:
    assert selected(**request_) == services


def test_the_rest_is_disabled_and_what_only_it_used_is_gone() -> None:
    project = load_files({"compose.yaml": FILE}, services=("db",)).project
    assert sorted(project.disabled) == ["debug", "extra", "job", "web"]
    assert (list(project.networks), list(project.volumes)) == (["default"], ["data"])
    kept = load_files({"compose.yaml": FILE}, services=("db",), all_resources=True).project
    assert sorted(kept.networks) == ["back", "default", "front"]


def test_dependencies_that_do_not_take_part_are_dropped_only_after_a_selection() -> None:
    text = "services: {a: {image: x, depends_on: {b: {condition: service_started, required: false}}}, b: {image: x, profiles: [p]}}"
    assert list(load_files({"c.yaml": text}).project.services["a"].depends_on) == ["b"]
    assert list(load_files({"c.yaml": text}, services=("a",)).project.services["a"].depends_on) == []


def test_unknown_names_bring_a_suggestion() -> None:
    assert failures({"c.yaml": FILE}, services=("wbe", "db")) == ["None: no such service: wbe [did you mean 'web'?]"]


def test_a_dependency_that_no_profile_enables_names_its_profiles() -> None:
    text = "services: {a: {image: x, depends_on: [b]}, b: {image: x, profiles: [q, p]}}"
    told = (
        "c.yaml:1:39: service 'a' depends on 'b', which no active profile enables "
        "[activate one of its profiles (p, q), or set `required: false`]"
    )
    assert failures({"c.yaml": text}) == [told]


def test_the_env_file_of_a_service_that_takes_no_part_is_not_read() -> None:
    assert failures({"c.yaml": FILE}) == []
    assert failures({"c.yaml": FILE}, profiles=("other",)) == [
        "c.yaml:7:50: env file /project/missing.env not found []"
    ]
