"""Removing a container that somebody else is removing: it is over only when the container is gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from composer.engine.connect import Address
from composer.engine.docker_sdk import SdkEngine
from composer.errors import Conflict, EngineError, NotFound

UNDER_WAY = Conflict("removal of container web is already in progress")


class Told(SdkEngine):
    """`answers`: of the engine, in their order."""

    def __init__(self, *answers: EngineError | None) -> None:
        super().__init__(Address("unix", path="/nowhere", origin="DOCKER_HOST"))
        self.answers = list(answers)
        self.calls: list[str] = []

    def _call(self, method: str, path: str, *, body: Mapping[str, Any] | None = None, seconds: float = 0) -> Any:
        self.calls.append(f"{method} {path}")
        answer = self.answers.pop(0)
        if answer is not None:
            raise answer


REMOVE = "DELETE /containers/web?v=true&force=true&link=false"
WAIT = "POST /containers/web/wait?condition=removed"


@pytest.mark.parametrize(
    ("answers", "calls", "ends"),
    [
        ((None,), [REMOVE], None),
        ((UNDER_WAY, None, NotFound("no such container")), [REMOVE, WAIT, REMOVE], NotFound),
        ((UNDER_WAY, NotFound("no such container")), [REMOVE, WAIT], NotFound),
        ((UNDER_WAY, None, None), [REMOVE, WAIT, REMOVE], None),  # the other removal failed
        ((UNDER_WAY, None, Conflict("dead")), [REMOVE, WAIT, REMOVE], Conflict),
        ((Conflict("container is running"),), [REMOVE], Conflict),
    ],
)
def test_it_is_waited_for(answers: tuple[EngineError | None, ...], calls: list[str], ends: type | None) -> None:
    engine = Told(*answers)
    try:
        engine.remove_container("web", volumes=True, force=True)
        ended: type | None = None
    except EngineError as error:
        ended = type(error)
    assert (engine.calls, ended) == (calls, ends)
