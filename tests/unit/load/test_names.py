"""Rows 56 and 57 of the checklist: the project's name."""

from __future__ import annotations

import pytest

from composer.diagnostics import Severity, Span
from composer.load.environment import Environment, Variable
from composer.load.names import Declared, declared_name, normalised, project_name
from composer.load.texts import SourceText, Texts
from composer.load.yaml_tree import parse_documents

FROM_FILE = Declared("from-file", Span("c.yaml", 1, 7))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My.Name", "myname"),
        ("My_Dir.V2", "my_dirv2"),
        ("___x", "x"),
        ("-1-", "1-"),
        ("UNNORMALIZED PATH", "unnormalizedpath"),
        ("...", ""),
        ("_-", ""),
        ("é", ""),
        ("", ""),
    ],
)
def test_what_is_left_of_a_name(text: str, name: str) -> None:
    assert normalised(text) == name
    assert normalised(name) == name


def chosen(option: str = "", variable: str = "", declared: Declared | None = None, directory: str = "dir") -> str:
    name, diagnostics = project_name(option, Environment({"COMPOSE_PROJECT_NAME": variable}), declared, directory)
    assert diagnostics == []
    return name


def test_the_first_that_says_something_wins() -> None:
    assert chosen("option", "variable", FROM_FILE) == "option"
    assert chosen("", "variable", FROM_FILE) == "variable"
    assert chosen("", "", FROM_FILE) == "from-file"
    assert chosen() == "dir"
    assert chosen(declared=Declared("My.Name", FROM_FILE.span)) == "myname"
    assert chosen(directory="My_Dir.V2") == "my_dirv2"
    assert chosen("1a") == "1a"


@pytest.mark.parametrize("name", ["-x", "_x", "a.b", "UPPER", "a b"])
def test_given_names_must_be_right_already(name: str) -> None:
    words = (
        f'invalid project name "{name}": must consist only of lowercase alphanumeric characters, hyphens, '
        "and underscores as well as start with a letter or number"
    )
    found, (problem,) = project_name(name, Environment(), None, "dir")
    assert (found, problem.message, problem.hint) == ("", words, f"try {normalised(name)}")
    place = Span(".env", 3, 1)
    environment = Environment().below({"COMPOSE_PROJECT_NAME": Variable("COMPOSE_PROJECT_NAME", name, place)})
    _, (problem,) = project_name("", environment, None, "dir")
    assert (problem.message, problem.span) == (words, place)


@pytest.mark.parametrize(
    ("declared", "directory"),
    [(None, ""), (None, "..."), (Declared("_-", FROM_FILE.span), "dir"), (Declared("", FROM_FILE.span), "dir")],
)
def test_a_name_of_which_nothing_is_left(declared: Declared | None, directory: str) -> None:
    name, (problem,) = project_name("", Environment(), declared, directory)
    assert (name, problem.message, problem.severity) == ("", "project name must not be empty", Severity.ERROR)
    assert problem.span == (declared.span if declared else None)


def test_a_directory_reached_by_a_link_is_told_only_when_its_name_is_used() -> None:
    name, (warning,) = project_name("", Environment(), None, "Link", linked=True)
    assert (name, warning.severity) == ("link", Severity.WARNING)
    assert warning.message == 'project has been loaded without an explicit name from a symlink. Using name "link"'
    assert project_name("p", Environment(), None, "Link", linked=True) == ("p", [])


def declared_in(*files: str, **variables: str) -> tuple[str | None, list[str]]:
    sources = [SourceText(f"/{n}", f"{n}", text) for n, text in enumerate(files)]
    documents = [document for source in sources for document in parse_documents(source.text, source.name)[0]]
    found, diagnostics = declared_name(documents, Environment(variables), Texts(sources))
    return found.name if found else None, [one.message for one in diagnostics]


def test_the_last_name_of_all_files_and_documents_counts() -> None:
    assert declared_in("name: x\n", "name: y\n", "name: ''\n", "services: {}\n") == ("y", [])
    assert declared_in("name: x\n---\nname: z\n") == ("z", [])
    assert declared_in("services: {}\n") == (None, [])
    assert declared_in("name: 123\n") == (None, [])


def test_a_name_may_hold_variables() -> None:
    assert declared_in("name: app-${STAGE:-dev}\n") == ("app-dev", [])
    assert declared_in("name: app-${STAGE}\n", STAGE="prod") == ("app-prod", [])
    name, (problem,) = declared_in("name: ${STAGE:?which}\n")
    assert name is None
    assert problem == "error while interpolating name: required variable STAGE is missing a value: which"
