"""Loading from end to end: what is implied, inherited, folded in, refused for the engine, and where it came from."""

# ruff: noqa: E501  # Compose files on one line

from __future__ import annotations

import pytest

from composer.errors import LoadError
from composer.load.origins import Origins
from composer.model.dependency import Condition
from tests.support.trees import failures, load_files


def project(text: str, **request: object):  # type: ignore[no-untyped-def]
    return load_files({"compose.yaml": text}, **request).project


def test_the_default_network_is_there_when_somebody_uses_it() -> None:
    used = project("services: {a: {image: x}, b: {image: x, network_mode: host}}")
    assert used.networks["default"].name == "project_default"
    assert (list(used.services["a"].networks), list(used.services["b"].networks)) == (["default"], [])
    assert list(project("services: {a: {image: x, networks: [n]}}\nnetworks: {n: }").networks) == ["n"]


def test_names_of_resources() -> None:
    text = """
services: {a: {image: x, networks: [n, m, e], volumes: ["v:/v"]}}
networks: {n: , m: {name: own}, e: {external: true}}
volumes: {v: {external: {name: old}}}
"""
    loaded = project(text)
    assert [network.name for network in loaded.networks.values()] == ["project_n", "own", "e"]
    assert loaded.volumes["v"].name == "old"


def test_networks_stand_by_priority_then_by_name() -> None:
    text = "services: {a: {image: x, networks: {c: , b: , a: {priority: 1}, z: {priority: 5}}}}\nnetworks: {a: , b: , c: , z: }"
    assert list(project(text).services["a"].networks) == ["z", "a", "b", "c"]


def test_links_namespaces_and_volumes_from_imply_dependencies() -> None:
    text = """
services:
  a: {image: x, links: ["b:alias", c], pid: "service:d", volumes_from: ["e:ro", "container:z"], depends_on: {c: {condition: service_healthy}}}
  b: {image: x}
  c: {image: x}
  d: {image: x}
  e: {image: x}
"""
    edges = project(text).services["a"].depends_on
    assert {name: (edge.condition, edge.restart) for name, edge in edges.items()} == {
        "b": (Condition.STARTED, True),
        "c": (Condition.HEALTHY, False),
        "d": (Condition.STARTED, True),
        "e": (Condition.STARTED, False),
    }


def test_env_files_lie_under_what_the_service_says() -> None:
    files = {
        "compose.yaml": "services: {a: {image: x, env_file: [one.env, {path: none.env, required: false}, two.env], "
        "environment: {OWN: 1, SHELL: , UNSET: }, label_file: l, labels: {b: own}}}",
        "one.env": "A=1\nOWN=file\nUNSET=file\nB=$A-$OWN\n",
        "two.env": "A=2\nC=$A\n",
        "l": "a=1\nb=2\nc=$a\n",
    }
    a = load_files(files, environment={"SHELL": "s"}).project.services["a"]
    assert dict(a.environment) == {"A": "2", "OWN": "1", "UNSET": None, "B": "1-1", "C": "2", "SHELL": "s"}
    assert dict(a.labels) == {"a": "1", "b": "own", "c": "1"}


def test_label_files_stay_with_a_service_whose_containers_are_made() -> None:
    files = {"compose.yaml": "services: {a: {image: x, label_file: l, env_file: l}}", "l": "a=1\n"}
    [read] = load_files(files).project.services.values()
    [made] = load_files(files, for_engine=True).project.services.values()
    assert (dict(read.labels), read.label_file, read.env_file) == ({"a": "1"}, (), ())
    assert (dict(made.labels), made.label_file, made.env_file) == ({"a": "1"}, ("/project/l",), ())


def test_a_value_from_an_env_file_points_into_it() -> None:
    files = {"compose.yaml": "services: {a: {image: x, env_file: e.env}}", "e.env": "\nA=1\n"}
    origins = load_files(files).origins
    assert str(origins["services.a.environment.A"]) == "e.env:2:1"


def test_origins_are_found_by_path_and_by_names_with_dots() -> None:
    loaded = load_files({"compose.yaml": "services:\n  a.b:\n    image: x\n    ports: [80, '81:81']\n"})
    origins = loaded.origins
    assert isinstance(origins, Origins)
    assert str(origins["services.a.b.ports[1]"]) == "compose.yaml:4:17"
    assert "services.a.b.image" in set(origins)
    assert len(origins) == len(list(origins))
    with pytest.raises(KeyError):
        origins["services.zz"]


def test_the_variables_behind_a_value_are_its_trail() -> None:
    files = {"compose.yaml": "services:\n  a: {image: x, scale: '${N}'}\n", ".env": "N=many\n"}
    with pytest.raises(LoadError) as failure:
        load_files(files)
    [diagnostic] = failure.value.diagnostics
    assert diagnostic.span is not None
    assert [str(span) for span in diagnostic.span.via] == [".env:1:1"]


def test_extensions_are_kept_and_version_is_a_warning() -> None:
    loaded = load_files({"compose.yaml": "version: '3'\nx-a: [1]\nservices: {a: {image: x, x-b: {c: d}}}"})
    assert (loaded.project.extensions, loaded.project.services["a"].extensions) == ({"x-a": [1]}, {"x-b": {"c": "d"}})
    assert [(str(one.span), one.message) for one in loaded.warnings] == [
        ("compose.yaml:1:1", "the attribute `version` is obsolete and ignored")
    ]


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}"])
def test_a_file_that_says_nothing_is_an_error(text: str) -> None:
    assert failures({"compose.yaml": text})[0].startswith("compose.yaml:1:1: empty compose file")


def test_a_broken_file_keeps_quiet_about_what_it_would_have_declared() -> None:
    files = {"compose.yaml": "services: {a: {image: x, networks: [n]}}", "o.yaml": "networks: {n: ]"}
    assert [one.partition(": ")[0] for one in failures(files, files=("compose.yaml", "o.yaml"))] == ["o.yaml:1:15"]


def test_stages_may_be_left_out_for_printing() -> None:
    text = "services: {a: {build: ./c, env_file: e.env, depends_on: [zz], environment: [HOME]}}"
    made = project(text, skip=frozenset({"normalise", "paths", "consistency", "env_files"}))
    a = made.services["a"]
    assert a.build is not None
    assert (a.build.context, a.build.dockerfile, list(a.networks), a.env_file[0].path) == ("./c", None, [], "e.env")
    assert dict(a.environment) == {"HOME": None}


def test_the_default_platform_may_stand_in_the_env_file() -> None:
    files = {"compose.yaml": "services: {a: {image: a}}", ".env": "DOCKER_DEFAULT_PLATFORM=linux/arm64\n"}
    found = load_files(files).project
    assert (found.default_platform, found.services["a"].platform) == ("linux/arm64", None)
