"""Services and projects taken from other files: what comes along, where it points, what goes wrong."""

# ruff: noqa: E501  # Compose files on one line

from __future__ import annotations

import pytest

from composer.errors import LoadError
from composer.model.secret import Sealed
from tests.support.trees import failures, load_files


def test_a_base_in_another_directory_keeps_its_paths() -> None:
    project = load_files(
        {
            "compose.yaml": "services: {a: {extends: {service: b, file: sub/base.yaml}, volumes: ['./own:/own']}}",
            "sub/base.yaml": "services: {b: {extends: {service: c, file: deep/d.yaml}, volumes: ['./b:/b']}}",
            "sub/deep/d.yaml": "services: {c: {image: x, volumes: ['./c:/c', '/abs:/abs'], build: ..}}",
        }
    ).project
    a = project.services["a"]
    assert [mount.source for mount in a.volumes] == ["/project/sub/deep/c", "/abs", "/project/sub/b", "/project/own"]
    assert a.build is not None
    assert a.build.context == "/project/sub"


def test_everything_is_inherited_and_lists_grow() -> None:
    text = """
services:
  a: {extends: b, cap_add: [A], environment: {X: 2}, command: own}
  b: {extends: c, cap_add: [B], profiles: [p], depends_on: [d]}
  c: {image: x, cap_add: [C], environment: {X: 1, Y: 1}, command: base, container_name: name}
  d: {image: y}
"""
    a = load_files({"compose.yaml": text}, profiles=("p",), services=("a",)).project.services["a"]
    assert (a.cap_add, a.profiles, a.command, a.container_name) == (("C", "B", "A"), ("p",), ("own",), "name")
    assert dict(a.environment) == {"X": "2", "Y": "1"}
    assert list(a.depends_on) == ["d"]


def test_marks_in_the_child_act_on_the_base() -> None:
    text = """
services:
  a: {extends: b, ports: !reset null, environment: !override {Z: 1}, labels: {l: !reset null}}
  b: {image: x, ports: [80], environment: {A: 1}, labels: {l: 1, m: 2}}
"""
    a = load_files({"compose.yaml": text}).project.services["a"]
    assert (a.ports, dict(a.environment), dict(a.labels)) == ((), {"Z": "1"}, {"m": "2"})


def test_what_comes_from_a_base_names_the_extends_that_brought_it() -> None:
    files = {
        "compose.yaml": "services:\n  a:\n    extends: {service: b, file: base.yaml}\n",
        "base.yaml": "services:\n  b:\n    image: x\n    ports: [{target: 99999}]\n",
    }
    with pytest.raises(LoadError) as failure:
        load_files(files)
    [diagnostic] = failure.value.diagnostics
    assert diagnostic.span is not None
    assert str(diagnostic.span) == "base.yaml:4:22"
    assert [str(span) for span in diagnostic.span.via] == ["compose.yaml:3:14"]
    assert diagnostic.source == "    ports: [{target: 99999}]"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {"compose.yaml": "services: {a: {extends: webb}, web: {image: x}}"},
            "compose.yaml:1:25: cannot extend service 'a': service 'webb' not found [did you mean 'web'?]",
        ),
        (
            {
                "compose.yaml": "services: {a: {extends: {service: webb, file: o.yaml}}}",
                "o.yaml": "services: {web: {image: x}}",
            },
            "compose.yaml:1:35: cannot extend service 'a': service 'webb' not found in /project/o.yaml [did you mean 'web'?]",
        ),
        (
            {"compose.yaml": "services: {a: {extends: {service: b, file: basse.yaml}}}", "base.yaml": "services: {}"},
            "compose.yaml:1:44: extended file /project/basse.yaml not found [did you mean 'base.yaml'?]",
        ),
        (
            {"compose.yaml": "services: {a: {extends: b, image: x}, b: {extends: a}}"},
            "compose.yaml:1:52: circular extends: a -> b -> a [in /project/compose.yaml]",
        ),
        (
            {"compose.yaml": "services: {a: {extends: {file: o.yaml}, image: x}}", "o.yaml": "services: {}"},
            "compose.yaml:1:25: missing key 'service' []",
        ),
        (
            {"compose.yaml": "services: {a: {extends: {service: b, file: 'https://github.com/x/y.git'}, image: x}}"},
            "compose.yaml:1:44: remote file 'https://github.com/x/y.git' is not supported [give its text, and name that]",
        ),
        (
            {"compose.yaml": "include: [nowhere.yaml]\nservices: {a: {image: x}}"},
            "compose.yaml:1:11: included file /project/nowhere.yaml not found []",
        ),
        (
            {"compose.yaml": "include: [i.yaml]\nservices: {a: {image: x}}", "i.yaml": "include: [compose.yaml]"},
            "i.yaml:1:11: include cycle detected: /project/compose.yaml -> /project/i.yaml -> /project/compose.yaml []",
        ),
        (
            {"compose.yaml": "include: ['oci://x/y']\nservices: {a: {image: x}}"},
            "compose.yaml:1:11: remote file 'oci://x/y' is not supported [give its text, and name that]",
        ),
        (
            {
                "compose.yaml": "include: [i.yaml, j.yaml]\nservices: {a: {image: x}}",
                "i.yaml": "services: {b: {image: y}}",
                "j.yaml": "services: {b: {image: z}}",
            },
            "j.yaml:1:15: services.b is defined differently by two includes [first defined at i.yaml:1:15]",
        ),
    ],
)
def test_what_goes_wrong_is_told_where_it_is_asked_for(files: dict[str, str], told: str) -> None:
    assert failures(files)[0] == told


def test_an_include_brings_all_its_resources_and_its_own_variables() -> None:
    project = load_files(
        {
            "compose.yaml": "include: [inc/c.yaml]\nservices: {a: {image: x, networks: [n], volumes: ['data:/d']}}",
            "inc/c.yaml": "name: other\nx-i: 1\nservices: {b: {image: 'y:${TAG}', volumes: ['./v:/v'], environment: [TAG]}}\n"
            "networks: {n: }\nvolumes: {data: }",
            "inc/.env": "TAG=7",
        }
    ).project
    assert project.name == "project"
    b = project.services["b"]
    assert (b.image, b.volumes[0].source, dict(b.environment)) == ("y:7", "/project/inc/v", {"TAG": "7"})
    assert (list(project.networks), list(project.volumes), dict(project.extensions)) == (["n", "default"], ["data"], {})


def test_a_secret_takes_its_content_from_the_variables_of_the_file_that_defines_it() -> None:
    project = load_files(
        {
            "compose.yaml": "include: [a/c.yaml, b/c.yaml]",
            "a/c.yaml": "services: {a: {image: x, secrets: [one]}}\nsecrets: {one: {environment: KEY}}",
            "a/.env": "KEY=of a",
            "b/c.yaml": "services: {b: {image: x, secrets: [two]}}\nsecrets: {two: {environment: KEY}}",
            "b/.env": "KEY=of b",
        }
    ).project
    assert project.content_from("secrets.one", "KEY") == Sealed("of a")
    assert project.content_from("secrets.two", "KEY") == Sealed("of b")


def test_a_variable_of_the_project_goes_before_those_of_included_files() -> None:
    project = load_files(
        {
            "compose.yaml": "include: [a/c.yaml]",
            ".env": "KEY=of the project",
            "a/c.yaml": "services: {a: {image: x, secrets: [one]}}\nsecrets: {one: {environment: KEY}}",
            "a/.env": "KEY=of a",
        }
    ).project
    assert project.content_from("secrets.one", "KEY") == Sealed("of the project")


def test_the_including_file_has_the_last_word() -> None:
    project = load_files(
        {
            "compose.yaml": "include: [i.yaml]\nservices: {b: {image: x, environment: {A: 2}}}",
            "i.yaml": "services: {b: {image: y, user: u, environment: {A: 1, B: 1}}}",
        }
    ).project
    b = project.services["b"]
    assert (b.image, b.user, dict(b.environment)) == ("x", "u", {"A": "2", "B": "1"})


def test_a_service_may_extend_an_included_one() -> None:
    project = load_files(
        {
            "compose.yaml": "include: [i.yaml]\nservices: {a: {extends: b, command: c}}",
            "i.yaml": "services: {b: {image: y}}",
        }
    ).project
    assert project.services["a"].image == "y"


def test_mistakes_of_all_files_are_told_together() -> None:
    files = {
        "compose.yaml": "include: [i.yaml]\nservices: {a: {imag: x}}",
        "i.yaml": "services: {b: {image: 1}}",
        "over.yaml": "services: {a: {prots: [80]}}",
    }
    told = failures(files, files=("compose.yaml", "over.yaml"))
    assert [one.partition(": ")[0] for one in told] == ["compose.yaml:2:16", "over.yaml:1:16", "i.yaml:1:23"]
