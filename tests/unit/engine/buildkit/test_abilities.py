"""Named contexts on engines whose builder does not know them."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.engine.buildkit.abilities import refuse_too_new
from composer.errors import EngineRefused
from composer.plan.recipe import Recipe

OLD, NEW = (1, 41), (1, 42)


def recipe(inline: str | None = None, dockerfile: str = "") -> Recipe:
    return Recipe(context="/x", dockerfile=dockerfile, names=("a",), inline=inline, contexts={"c": "/c"})


def test_an_old_builder_would_look_for_an_image() -> None:
    with pytest.raises(EngineRefused, match=r"build.additional_contexts needs Engine API 1\.42"):
        refuse_too_new(recipe("FROM c\n"), OLD)


def test_a_dockerfile_may_bring_its_own_frontend(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("# Syntax=docker/dockerfile:1\nFROM c\n")
    (tmp_path / "old").write_text("FROM c\n# syntax=late\n")
    refuse_too_new(recipe("#syntax=x\nFROM c\n"), OLD)
    refuse_too_new(recipe(dockerfile=str(tmp_path / "new")), OLD)
    with pytest.raises(EngineRefused):
        refuse_too_new(recipe(dockerfile=str(tmp_path / "old")), OLD)


def test_nothing_is_refused_otherwise() -> None:
    refuse_too_new(recipe("FROM c\n"), NEW)
    refuse_too_new(recipe(dockerfile="/nowhere/Dockerfile"), OLD)
    refuse_too_new(Recipe(context="/x", dockerfile="", names=("a",), inline="FROM c\n"), OLD)
