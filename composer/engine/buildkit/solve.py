"""One build, from the order to the image: `run_build`.

Owns the two connections and their end. Must not know: plans, views, where logins come from.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from composer.build.attributes import (
    CONTEXT,
    DOCKERFILE,
    INLINE_NAME,
    frontend_attributes,
    inputs_of,
    local_folders,
)
from composer.engine.buildkit import messages
from composer.engine.buildkit.failure import TAIL, build_failed
from composer.engine.buildkit.filesync import Folder, Source, Texts
from composer.engine.buildkit.grpc import ClientCall, start_call
from composer.engine.buildkit.http2 import Http2
from composer.engine.buildkit.inputs import image_definition, image_settings
from composer.engine.buildkit.session import Session, handlers, open_session
from composer.engine.buildkit.upgrade import open_upgraded
from composer.engine.port import BuildOutput, BuildUpdate, BuildVertex
from composer.errors import EngineRefused, EngineUnreachable
from composer.plan.recipe import cache_entry

if TYPE_CHECKING:
    from composer.engine.buildkit.agents import AgentSockets
    from composer.engine.buildkit.services import Login
    from composer.engine.connect import Address
    from composer.plan.recipe import Recipe


GATEWAY = "host-gateway"
Inspect = Callable[[str], Mapping[str, Any]]


class Build:
    """A build that goes on: iterate it to its end, then `image` is the image's id. `close`, from any thread, ends
    the build where it is; what then is read of it raises EngineUnreachable."""

    def __init__(
        self, address: Address, api: str, recipe: Recipe, *, login: Login, agent: str, inspect: Inspect
    ) -> None:
        """`api`: the path prefix. `agent`: the socket of the user's SSH agent, or "". `inspect`: an image's inspection.

        Raises ComposerError for what this machine cannot provide, EngineError when the engine refuses.
        """
        self.image = ""
        self._tails: dict[str, deque[str]] = {}
        self._failed = self._failed_step = ""
        self._sockets = _agents(recipe, agent)
        self._session: Session | None = None
        self._control: Http2 | None = None
        try:
            self._begin(address, api, recipe, login, inspect)
        except BaseException:
            self.close()
            raise

    def _begin(self, address: Address, api: str, recipe: Recipe, login: Login, inspect: Inspect) -> None:
        identity, ref = os.urandom(13).hex(), os.urandom(13).hex()
        answers = handlers(
            sources=sources_of(recipe),
            login=login,
            secrets={each.id: each for each in recipe.secrets},
            sockets=self._sockets.paths if self._sockets else {},
        )
        self._session = open_session(address, api, identity, place=recipe.context, answers=answers)
        sock, early = open_upgraded(address, f"{api}/grpc")
        self._control = Http2(address, sock, is_client=True)
        self._control.start(early)
        recipe = self._with_gateway(recipe)
        images = {name: inspect(image) for name, image in inputs_of(recipe).items()}
        settings = {f"input-metadata:{name}": image_settings(found) for name, found in images.items()}
        order = messages.solve_request(
            ref,
            identity,
            attributes=frontend_attributes(recipe) | settings,
            names=recipe.names,
            cache_to=[cache_entry(each) for each in recipe.cache_to],
            entitlements=entitlements_of(recipe),
            inputs={name: image_definition(inputs_of(recipe)[name], found) for name, found in images.items()},
        )
        self._solve = start_call(self._control, messages.SOLVE, order)
        self._status = start_call(self._control, messages.STATUS, messages.status_request(ref))

    def _with_gateway(self, recipe: Recipe) -> Recipe:
        """`host-gateway` in words that the builder understands. Raises EngineRefused when the engine does not say."""
        if GATEWAY not in (address for _, address in recipe.extra_hosts) or self._control is None:
            return recipe
        call = start_call(self._control, messages.WORKERS, b"")
        address = messages.host_gateway(call.receive() or b"")
        if not address:
            raise EngineRefused("this engine does not say what host-gateway means to a build", hint="give the address")
        hosts = tuple((name, address if told == GATEWAY else told) for name, told in recipe.extra_hosts)
        return replace(recipe, extra_hosts=hosts)

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
        if self._sockets is not None:
            self._sockets.close()

    def _note(self, update: BuildUpdate) -> None:
        if isinstance(update, BuildOutput):
            lines = update.data.decode(errors="replace").splitlines()
            self._tails.setdefault(update.vertex, deque(maxlen=TAIL)).extend(lines)
        elif isinstance(update, BuildVertex) and update.error and update.error != "context canceled":
            self._failed, self._failed_step = update.digest, update.name

    def _finish(self, solve: ClientCall) -> None:
        answer = solve.receive()
        try:
            solve.check()
        except EngineRefused as error:
            if self._session is not None and self._session.failure is not None:
                raise self._session.failure from error
            output = self._tails.get(self._failed, ())
            raise build_failed(solve.ending, output, step=self._failed_step) from error
        if answer is None:
            raise EngineUnreachable("the builder gave no answer")
        self.image = messages.built_image(answer)


def _agents(recipe: Recipe, agent: str) -> AgentSockets | None:
    if not recipe.ssh:
        return None
    from composer.engine.buildkit.agents import AgentSockets  # noqa: PLC0415 - rare

    return AgentSockets(recipe.ssh, agent=agent)


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
