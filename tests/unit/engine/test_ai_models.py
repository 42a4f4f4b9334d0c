"""The docker plugin that serves language models: found, asked, and told what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.engine.ai_models import prepare, served_at
from composer.errors import ProviderError
from composer.model.ai_model import AiModel
from composer.model.secret import Sealed
from composer.plan.actions import PrepareModel
from tests.support.model_program import SERVED_AT, model_calls, write_model_plugin


def variables(folder: Path) -> dict[str, Sealed]:
    return {"DOCKER_CONFIG": Sealed(str(folder)), "PATH": Sealed("/usr/bin:/bin")}


def prepared(folder: Path, model: AiModel) -> list[str]:
    told: list[str] = []
    prepare(PrepareModel("llm", model, ("web",), variables(folder)), tell=told.append, running=set())
    return told


def test_one_that_is_missing_is_fetched_and_configured(tmp_path: Path) -> None:
    plugin = write_model_plugin(tmp_path, has=["ai/other:latest"])
    model = AiModel(model="ai/small:1B", context_size=4096, runtime_flags=("--a", "--b=c"))
    assert prepared(tmp_path, model) == [
        "Pulling",
        "Pulling half of it",
        "Pulling Model pulled",
        "Pulled",
        "Configuring",
    ]
    assert model_calls(plugin) == [
        "ls --json",
        "pull ai/small:1B",
        "configure --context-size 4096 ai/small:1B -- --a --b=c",
    ]


def test_one_that_is_there_is_configured_only(tmp_path: Path) -> None:
    plugin = write_model_plugin(tmp_path, has=["ai/small:1B"])
    assert prepared(tmp_path, AiModel(model="ai/small:1B")) == ["Configuring"]
    assert model_calls(plugin) == ["ls --json", "configure ai/small:1B"]


@pytest.mark.parametrize("said", [{"ls": "oh"}, {"ls": "{}"}, {"ls": "[1]"}, {"ls": '[{"tags": null}]'}])
def test_what_cannot_tell_what_is_there_is_asked_to_fetch(tmp_path: Path, said: dict[str, str]) -> None:
    plugin = write_model_plugin(tmp_path, said=said)
    prepared(tmp_path, AiModel(model="ai/small:1B"))
    assert model_calls(plugin)[1] == "pull ai/small:1B"


def test_where_they_are_served(tmp_path: Path) -> None:
    write_model_plugin(tmp_path)
    assert served_at(variables(tmp_path)) == SERVED_AT


@pytest.mark.parametrize(
    ("failing", "said", "message", "hint"),
    [
        ("status", {}, "docker model status failed: exit status 3", "it printed: out of luck"),
        ("", {"status": "{}"}, "docker model status said nothing of an endpoint", ""),
        ("", {"status": "starting"}, "docker model status said nothing of an endpoint", ""),
    ],
)
def test_one_that_does_not_say_where(
    tmp_path: Path, failing: str, said: dict[str, str], message: str, hint: str
) -> None:
    write_model_plugin(tmp_path, failing=[failing], said=said)
    with pytest.raises(ProviderError) as failure:
        served_at(variables(tmp_path))
    assert (failure.value.message, failure.value.hint) == (message, hint)


@pytest.mark.parametrize("verb", ["pull", "configure"])
def test_what_fails_is_told_with_what_it_printed(tmp_path: Path, verb: str) -> None:
    write_model_plugin(tmp_path, failing=[verb])
    with pytest.raises(ProviderError) as failure:
        prepared(tmp_path, AiModel(model="ai/small:1B"))
    assert failure.value.message == f"docker model {verb} failed: exit status 3"
    assert failure.value.hint == "it printed: out of luck"


def test_without_the_plugin(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match="`models` needs the docker plugin docker-model, which is not installed"):
        served_at(variables(tmp_path))
