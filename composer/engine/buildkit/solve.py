"""One build, from the order to the image: `run_build`.

Owns the two connections and their end. Must not know: plans, views, where logins come from.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from composer.build.attributes import (
    CONTEXT,
    DOCKERFILE,
    INLINE_NAME,
    cache_entry,
    frontend_attributes,
    local_folders,
)
from composer.engine.buildkit import messages
from composer.engine.buildkit.agents import AgentSockets
from composer.engine.buildkit.failure import TAIL, build_failed
from composer.engine.buildkit.filesync import Folder, Source, Texts
from composer.engine.buildkit.grpc import ClientCall, start_call
from composer.engine.buildkit.http2 import Http2
from composer.engine.buildkit.session import Session, handlers, open_session
from composer.engine.buildkit.upgrade import open_upgraded
from composer.engine.port import BuildOutput, BuildUpdate, BuildVertex
from composer.errors import EngineRefused, EngineUnreachable

if TYPE_CHECKING:
    from composer.engine.buildkit.services import Login
    from composer.engine.connect import Address
    from composer.plan.recipe import Recipe


class Build:
    """A build that goes on: iterate it to its end, then `image` is the image's id. `close`, from any thread, ends
    the build where it is; what then is read of it raises EngineUnreachable."""

    def __init__(self, address: Address, api: str, recipe: Recipe, *, login: Login, agent: str) -> None:
        """Raises ComposerError for what this machine cannot provide, EngineError when the engine refuses."""
        self.image = ""
        self._tails: dict[str, deque[str]] = {}
        self._failed = ""
        self._sockets = AgentSockets(recipe.ssh, agent=agent)
        self._session: Session | None = None
        self._control: Http2 | None = None
        try:
            self._begin(address, api, recipe, login)
        except BaseException:
            self.close()
            raise

    def _begin(self, address: Address, api: str, recipe: Recipe, login: Login) -> None:
        identity, ref = secrets.token_hex(13), secrets.token_hex(13)
        answers = handlers(
            sources=sources_of(recipe),
            login=login,
            secrets={each.id: each for each in recipe.secrets},
            sockets=self._sockets.paths,
        )
        self._session = open_session(address, api, identity, place=recipe.context, answers=answers)
        sock, early = open_upgraded(address, f"{api}/grpc")
        self._control = Http2(address, sock, is_client=True)
        self._control.start(early)
        order = messages.solve_request(
            ref,
            identity,
            attributes=frontend_attributes(recipe),
            names=recipe.names,
            cache_to=[cache_entry(each) for each in recipe.cache_to],
            entitlements=entitlements_of(recipe),
        )
        self._solve = start_call(self._control, messages.SOLVE, order)
        self._status = start_call(self._control, messages.STATUS, messages.status_request(ref))

    def __iter__(self) -> Iterator[BuildUpdate]:
        """Raises BuildFailed, EngineUnreachable, or what went wrong on this side."""
        try:
            for message in self._status:
                for update in messages.updates(message):
                    self._note(update)
                    yield update
            self._finish(self._solve)
        finally:
            self.close()

    def close(self) -> None:
        for connection in (self._control, self._session):
            if connection is not None:
                connection.close()
        self._sockets.close()

    def _note(self, update: BuildUpdate) -> None:
        if isinstance(update, BuildOutput):
            lines = update.data.decode(errors="replace").splitlines()
            self._tails.setdefault(update.vertex, deque(maxlen=TAIL)).extend(lines)
        elif isinstance(update, BuildVertex) and update.error and update.error != "context canceled":
            self._failed = update.digest

    def _finish(self, solve: ClientCall) -> None:
        answer = solve.receive()
        try:
            solve.check()
        except EngineRefused as error:
            if self._session is not None and self._session.failure is not None:
                raise self._session.failure from error
            raise build_failed(solve.ending, self._tails.get(self._failed, ())) from error
        if answer is None:
            raise EngineUnreachable("the builder gave no answer")
        self.image = messages.built_image(answer)


def sources_of(recipe: Recipe) -> dict[str, Source]:
    """What the builder may ask for, by name."""
    found: dict[str, Source] = {name: Folder(path) for name, path in local_folders(recipe).items()}
    if recipe.inline is not None:
        found[DOCKERFILE] = Texts({INLINE_NAME: recipe.inline})
        found.setdefault(CONTEXT, Texts({}))
    return found


def entitlements_of(recipe: Recipe) -> list[str]:
    host = ["network.host"] if recipe.network == "host" else []
    return list(dict.fromkeys([*recipe.entitlements, *host]))
