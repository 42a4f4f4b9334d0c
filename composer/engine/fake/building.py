"""A build of the fake engine: two parts and an image whose id follows from the recipe. Must not know: who asks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from composer.engine.port import BuildOutput, BuildUpdate, BuildVertex
from composer.errors import EngineUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.plan.recipe import Recipe

BEGUN, ENDED = 1_000_000_000, 3_500_000_000


class FakeBuild:
    """`done` is called with the image's id when the build has come to its end. The same recipe gives the same id."""

    def __init__(self, recipe: Recipe, done: Callable[[str], None]) -> None:
        self.image = ""
        self._recipe = recipe
        self._done = done
        self._is_closed = False

    def __iter__(self) -> Iterator[BuildUpdate]:
        base, run = "sha256:1", "sha256:2"
        yield BuildVertex(base, "[1/2] FROM base", cached=True, started=BEGUN, completed=BEGUN)
        yield BuildVertex(run, "[2/2] RUN make", started=BEGUN)
        yield BuildOutput(run, 1, b"made\n")
        if self._is_closed:
            raise EngineUnreachable("the connection to the Docker Engine broke off: it was closed")
        yield BuildVertex(run, "[2/2] RUN make", started=BEGUN, completed=ENDED)
        self.image = f"sha256:{hashlib.sha256(repr(self._recipe).encode()).hexdigest()}"
        self._done(self.image)

    def close(self) -> None:
        self._is_closed = True
