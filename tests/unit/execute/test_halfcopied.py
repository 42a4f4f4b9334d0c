from __future__ import annotations

import pytest

from composer import labels
from composer.engine.fake import FakeEngine
from composer.errors import Conflict, EngineUnreachable
from composer.execute.halfcopied import emptied_again
from composer.model.service import Service
from composer.plan.actions import ReplicaId, ReplicaSpec

MESSAGE = "failed to copy files: write /volumes/p_data/_data/file: no space left on device"
ANEW = "volume p_data held only a part of the image's files; it was emptied again"
LEFT = "volume p_data holds only a part of the image's files: empty it before the next `up`"
SPEC = ReplicaSpec(
    ReplicaId("web", 1),
    Service(name="web", image="app"),
    "p-web-1",
    "app",
    "h",
    labels={labels.PROJECT: "p"},
    volume_names={"other": "p_other", "data": "p_data", "missing": "p_missing"},
)


def engine_with(*, driver: str = "local", project: str = "p", options: dict[str, str] | None = None) -> FakeEngine:
    engine = FakeEngine(["app"])
    marks = {labels.PROJECT: project, "tier": "gold"}
    for name in ("p_other", "p_data"):
        engine.create_volume({"Name": name, "Driver": driver, "Labels": marks, "Options": options})
    return engine


def calls(engine: FakeEngine) -> list[str]:
    return [method for method, _ in engine.calls if method in ("remove_volume", "create_volume")][2:]


def test_the_volume_of_the_message_is_made_anew_as_it_was() -> None:
    engine = engine_with()
    before = engine.volume("p_data")
    assert emptied_again(engine, SPEC, MESSAGE) == ANEW
    assert calls(engine) == ["remove_volume", "create_volume"]
    assert engine.volume("p_data") == before


@pytest.mark.parametrize(
    "engine",
    [engine_with(project="q"), engine_with(driver="nfs"), engine_with(options={"o": "bind"})],
    ids=["another project's", "another driver's", "with options"],
)
def test_one_that_is_not_ours_to_empty_is_told(engine: FakeEngine) -> None:
    assert emptied_again(engine, SPEC, MESSAGE) == LEFT
    assert calls(engine) == []


def test_one_that_is_in_use_meanwhile_is_told() -> None:
    engine = engine_with()
    engine.fail("remove_volume", Conflict("volume is in use", status=409))
    assert emptied_again(engine, SPEC, MESSAGE) == LEFT


@pytest.mark.parametrize("place", ["/volumes/abc/_data/file", "/volumes/p_data2/_data/file", "/overlay2/x"])
def test_an_anonymous_one_is_the_engines_own_business(place: str) -> None:
    engine = engine_with()
    assert emptied_again(engine, SPEC, MESSAGE.replace("/volumes/p_data/_data/file", place)) == ""
    assert calls(engine) == []


def test_an_engine_that_does_not_answer_any_more() -> None:
    engine = engine_with()
    engine.fail("volume", EngineUnreachable("gone"))
    assert emptied_again(engine, SPEC, MESSAGE) == ""
