"""The programs of providers: found, asked, run, and understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from composer.engine.providers import arguments, find_program, messages, parameters, run_provider
from composer.errors import ProviderError
from composer.model.lifecycle import Provider
from composer.model.secret import Sealed
from composer.plan.actions import RunProvider
from tests.support.provider_program import calls_of, write_provider


def action(kind: Path | str, verb: str = "up", **options: tuple[str, ...]) -> RunProvider:
    environment = {"SEEN": Sealed("yes"), "PATH": Sealed("/usr/bin:/bin")}
    return RunProvider("my-db", Provider(type=str(kind), options=options), verb, "shop", environment)


def run(kind: Path, verb: str = "up", **options: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    told: list[str] = []
    said = run_provider(action(kind, verb, **options), tell=told.append, running=set())
    return {name: text.reveal() for name, text in said.items()}, told


def test_variables_notes_and_the_call(tmp_path: Path) -> None:
    program = write_provider(
        tmp_path / "p",
        up=[("info", "one\ntwo"), ("debug", "x"), ("setenv", "URL=a=b"), ("rawsetenv", "REGION=eu"), ("info", "done")],
    )
    assert run(program, size=("10",), zone=("a", "b")) == (
        {"MY-DB_URL": "a=b", "REGION": "eu"},
        ["one", "done"],
    )
    assert calls_of(program) == [
        "compose metadata yes",
        "compose --project-name=shop up --size=10 --zone=a --zone=b my-db yes",
    ]


@pytest.mark.parametrize(
    ("program", "message", "hint"),
    [
        ({"up": [("error", "no quota")]}, "provider {path} cannot provide my-db: no quota", ""),
        (
            {"code": 4, "complaint": "a\nb\n"},
            "provider {path} failed to create my-db: exit status 4",
            "it printed: a\nb",
        ),
        ({"up": [("setenv", "NAME")]}, "provider {path}: setenv of a variable without a value", ""),
        ({"up": [("sing", "la")]}, "provider {path} sent a message of unknown type 'sing'", ""),
    ],
)
def test_failures(tmp_path: Path, program: dict[str, Any], message: str, hint: str) -> None:
    path = write_provider(tmp_path / "p", **program)
    with pytest.raises(ProviderError) as failure:
        run(path)
    assert (failure.value.message, failure.value.hint) == (message.format(path=path), hint)


def test_options_that_the_program_knows(tmp_path: Path) -> None:
    takes = {"parameters": [{"name": "size", "required": True}, {"name": "zone"}]}
    program = write_provider(tmp_path / "p", metadata={"description": "d", "up": takes})
    known = parameters(str(program), {}, "up")
    assert known == {"size": True, "zone": False}
    assert arguments(action("p", size=("1",), other=("x",)), known) == [
        "compose",
        "--project-name=shop",
        "up",
        "--size=1",
        "my-db",
    ]
    with pytest.raises(ProviderError, match=r'service "my-db": provider p needs the option "size"'):
        arguments(action("p"), known)
    assert parameters(str(program), {}, "down") == {}
    assert parameters(str(write_provider(program)), {}, "up") is None
    assert parameters(str(tmp_path / "nobody"), {}, "up") is None


def test_programs_are_plugins_first_then_on_the_path(tmp_path: Path) -> None:
    plugins, more, path = tmp_path / "config" / "cli-plugins", tmp_path / "more", tmp_path / "bin"
    for folder in (plugins, more, path):
        folder.mkdir(parents=True)
    environment = {"DOCKER_CONFIG": str(tmp_path / "config"), "PATH": str(path)}
    with pytest.raises(ProviderError, match='provider "cloud" is not installed'):
        find_program("cloud", environment)
    expected = write_provider(path / "cloud")
    assert find_program("cloud", environment) == str(expected)
    expected = write_provider(plugins / "docker-cloud")
    assert find_program("cloud", environment) == str(expected)
    (tmp_path / "config" / "config.json").write_text(f'{{"cliPluginsExtraDirs": ["{more}"]}}')
    expected = write_provider(more / "docker-cloud")
    assert find_program("cloud", environment) == str(expected)
    with pytest.raises(ProviderError, match='"compose" is no provider'):
        find_program("compose", environment)


def test_messages_may_share_lines_or_stretch_over_some() -> None:
    assert list(messages(['{"a": 1} {"b": 2}\n', "\n", '{"c":\n', "3}\n"])) == [{"a": 1}, {"b": 2}, {"c": 3}]
    for garbage in (["hello\n"], ["[1]\n"], ['{"a": \n'], ['{"a": 1} x']):
        with pytest.raises(ProviderError, match="said something that is no message"):
            list(messages(garbage))
