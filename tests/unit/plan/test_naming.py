"""Names that another container keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from composer import labels
from composer.errors import PlanError
from composer.plan.observed import ObservedContainer, ObservedState
from composer.plan.options import UpOptions
from composer.plan.up import plan_up
from tests.support.build import container_id, exited, nothing, observed, project, running
from tests.support.golden import ids

WWW = project("web", web={"container_name": "www"})


def held_by(**marks: str) -> ObservedState:
    marks = {f"com.docker.compose.{key}": value for key, value in marks.items()}
    holder = ObservedContainer(container_id("www"), "www", marks.get(labels.SERVICE, ""), 1, "running", labels=marks)
    return replace(nothing(WWW), strangers={"www": holder})


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ({}, "which was not made by Compose"),
        ({"project": "blog", "service": "front"}, "of service front of project blog"),
    ],
)
def test_a_name_that_a_stranger_has(marks: dict[str, str], words: str) -> None:
    with pytest.raises(PlanError) as caught:
        plan_up(WWW, held_by(**marks), UpOptions())
    holder = container_id("www")[:12]
    assert caught.value.message == f'service "web": the container name "www" is taken by container {holder} {words}'
    assert caught.value.hint == "remove it (`docker rm -f www`), rename it, or change `container_name`"


def test_a_name_that_an_orphan_has_is_free_once_orphans_are_removed() -> None:
    seen = observed(WWW, running("old-1", name="www"))
    with pytest.raises(PlanError, match=r"taken by container \w+ of service old$") as caught:
        plan_up(WWW, seen, UpOptions())
    assert caught.value.hint.startswith("--remove-orphans removes it")
    assert ids(plan_up(WWW, seen, UpOptions(remove_orphans=True)))[-1] == "start:web-1"


def test_its_own_container_may_have_it() -> None:
    assert ids(plan_up(WWW, observed(WWW, exited("web-1", name="www")), UpOptions())) == ["start:web-1"]
    plan = plan_up(WWW, observed(WWW, exited("web-1", name="www")), UpOptions(recreate="force"))
    assert ids(plan)[-2:] == ["rename:web-1", "start:web-1"]
