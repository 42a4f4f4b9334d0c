"""What `import composer` promises. A name that changes here changes for everybody who uses the package."""

from __future__ import annotations

import doctest
import importlib
from collections.abc import Mapping
from typing import Any

import pytest

import composer
from composer import DownOptions, FakeEngine, LoadRequest, PlanError, Stack, UpOptions
from composer.engine.fake import exits


def test_the_names() -> None:
    assert composer.__all__ == [
        "ComposerError",
        "Conflict",
        "Diagnostic",
        "DownOptions",
        "EngineError",
        "EngineRefused",
        "EngineUnreachable",
        "Failure",
        "FakeEngine",
        "LoadError",
        "LoadRequest",
        "Loaded",
        "NotFound",
        "Plan",
        "PlanError",
        "Project",
        "RunPolicy",
        "RunResult",
        "Service",
        "Span",
        "Stack",
        "UpOptions",
        "UsageError",
        "__version__",
        "load_project",
    ]
    assert dir(composer) == composer.__all__


@pytest.mark.parametrize("name", composer.__all__)
def test_every_name_is_what_its_module_has(name: str) -> None:
    found = getattr(importlib.reload(composer), name)
    if name != "__version__":
        assert found is getattr(importlib.import_module(found.__module__), name)


def test_other_names_are_refused_as_usual() -> None:
    with pytest.raises(AttributeError, match="module 'composer' has no attribute 'Manager'"):
        _ = composer.Manager  # type: ignore[attr-defined]


def test_the_example_runs() -> None:
    assert doctest.testmod(composer).failed == 0
    assert doctest.testmod(composer).attempted >= 4


def shop(text: str, engine: FakeEngine) -> Stack:
    return Stack.open(LoadRequest(cwd="/srv/shop", environment={}, files=("-",), stdin_text=text), engine=engine)


def states(engine: FakeEngine) -> Mapping[str, Any]:
    return {found.name: found.state for found in engine.containers(project="shop")}


def test_up_and_down_from_python() -> None:
    engine = FakeEngine(images=["busybox"], registry=["busybox", "other"])
    text = "services: {web: {image: busybox, depends_on: [db]}, db: {image: other}}"
    with shop(text, engine) as stack:
        assert stack.up().ok
        assert states(engine) == {"shop-web-1": "running", "shop-db-1": "running"}
        assert stack.up(UpOptions(pull="always")).ok
        assert sorted(image for (image,) in engine.called("pull")) == ["busybox", "other", "other"]
        assert stack.down(DownOptions(volumes=True)).ok
    assert engine.calls[-1] == ("close", ())
    assert states(engine) == {}


def test_what_fails_is_in_the_result() -> None:
    engine = FakeEngine(images=["busybox"])
    engine.script("job", exits(3, log=("no",)))
    text = """
services:
  job: {image: busybox}
  web: {image: busybox, depends_on: {job: {condition: service_completed_successfully}}}
"""
    with shop(text, engine) as stack:
        result = stack.up()
        assert (result.ok, result.not_started) == (False, ("web",))
        [failure] = result.failures
        assert (failure.service, failure.exit_code, failure.log_tail) == ("job", 3, ("no",))
        with pytest.raises(PlanError, match="no such service: wbe"):
            stack.up(UpOptions(scale={"wbe": 2}))
