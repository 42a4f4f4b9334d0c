"""A build by the engine's classic builder, for engines that have no BuildKit (Podman's), and where it is asked for.

The same keys, as far as it knows them; the others are refused by name. The whole context travels. Must not know:
plans, views.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from composer import labels
from composer.build.archive import dockerfile_name, send_context
from composer.engine import wire
from composer.engine.builder import VARIABLE
from composer.engine.errors import hint_for, refusal, unreachable, words
from composer.engine.port import BuildOutput, BuildUpdate, BuildVertex
from composer.errors import BuildFailed, EngineRefused

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse

    from composer.engine.connect import Address
    from composer.plan.recipe import Recipe

STEP = re.compile(r"^(?:\[(\d+)/\d+\] )?S(?:tep|TEP) (\d+)(?:/(\d+))? ?: (.*)")  # Podman's say the stage first
CACHED = "---> Using cache"
BUILT = re.compile(r"^Successfully built ([0-9a-f]+)")
ENDING = re.compile(r"^(Successfully built [0-9a-f]+$|(\[\d+/\d+\] )?COMMIT\b)")  # what follows is the builder's own
# The builder's own, of all versions; the last one Podman's.
ASIDE = re.compile(r"^\s*(--->|Removing intermediate container [0-9a-f]{12}$|--> (Using cache )?[0-9a-f]+$)")
TAIL = 20  # lines


class ClassicBuild:
    """A `BuildStream`: see `engine.port`."""

    def __init__(self, address: Address, api: str, recipe: Recipe, *, asked_for: bool = False) -> None:
        """`api`: the path prefix. `asked_for`: by the user, though the engine may have BuildKit. Raises EngineRefused
        for what this builder cannot do, ComposerError for a file that cannot be read, EngineUnreachable."""
        from http.client import HTTPConnection  # noqa: PLC0415 - rare

        refuse_unknown(recipe, asked_for=asked_for)
        self.image = ""
        self._address = address
        self._connection: HTTPConnection = HTTPConnection("docker")
        self._connection.sock = wire.connect(address)
        self._connection.sock.settimeout(None)
        try:
            self._answer = self._ask(api, recipe)
        except OSError as error:
            self.close()
            raise unreachable(address, error) from error
        except BaseException:
            self.close()
            raise

    def _ask(self, api: str, recipe: Recipe) -> HTTPResponse:
        connection = self._connection
        connection.putrequest("POST", f"{api}/build?{parameters(recipe)}", skip_accept_encoding=True)
        connection.putheader("Content-Type", "application/x-tar")
        if recipe.is_remote:
            connection.putheader("Content-Length", "0")
            connection.endheaders()
        else:
            connection.putheader("Transfer-Encoding", "chunked")
            connection.endheaders()
            with suppress(BrokenPipeError, ConnectionResetError):  # its answer tells why it wants no more
                send_context(recipe, lambda piece: connection.send(b"%x\r\n%b\r\n" % (len(piece), piece)))
                connection.send(b"0\r\n\r\n")
        answer = connection.getresponse()
        if answer.status >= 400:
            raise refusal(answer.status, words(answer.read()))
        return answer

    def __iter__(self) -> Iterator[BuildUpdate]:
        steps = _Steps()
        try:
            for line in self._answer:
                told = json.loads(line)
                if "error" in told or "errorDetail" in told:
                    reason = str(told.get("error") or told["errorDetail"]["message"])
                    raise BuildFailed(reason, hint=hint_for(reason), output=steps.tail)
                self.image = str((told.get("aux") or {}).get("ID") or self.image)
                yield from steps.take(str(told.get("stream") or ""))
            yield from steps.end()
            self.image = self.image or steps.image
        except (OSError, ValueError) as error:
            raise unreachable(
                self._address, error if isinstance(error, OSError) else OSError("a broken answer")
            ) from error
        finally:
            self.close()

    def close(self) -> None:
        self._connection.close()


class _Steps:
    """The lines of the classic builder as parts of a build. It gives no times."""

    def __init__(self) -> None:
        self.tail: list[str] = []
        self.image = ""
        self._current: BuildVertex | None = None
        self._cached = False
        self._is_over = False  # the last step of a stage
        self._line = ""

    def take(self, text: str) -> Iterator[BuildUpdate]:
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            yield from self._one(line)

    def end(self) -> Iterator[BuildUpdate]:
        if self._current is not None:
            done = self._current
            yield BuildVertex(done.digest, done.name, cached=self._cached, started=0, completed=0)
        self._current = None

    def _one(self, line: str) -> Iterator[BuildUpdate]:
        if found := STEP.match(line):
            yield from self.end()
            stage, number, total, text = found.groups()
            name = f"[{f'stage {stage} ' if stage else ''}{number}/{total or '?'}] {text}"
            self._current = BuildVertex(f"{stage}:{number}" if stage else number, name, started=0)
            self._cached, self._is_over, self.tail = False, False, []
            yield self._current
        elif line.strip() == CACHED or line.startswith("--> Using cache "):
            self._cached = True
        elif ENDING.match(line):
            self._is_over = True
            self.image = found.group(1) if (found := BUILT.match(line)) else self.image
        elif line.strip() and not (self._is_over or ASIDE.match(line)) and self._current is not None:
            self.tail = [*self.tail, line][-TAIL:]
            yield BuildOutput(self._current.digest, 1, f"{line}\n".encode())


def parameters(recipe: Recipe) -> str:
    """The query of the call. Pure."""
    from urllib.parse import urlencode  # noqa: PLC0415 - rare

    told: dict[str, Any] = {
        "dockerfile": recipe.dockerfile if recipe.is_remote else dockerfile_name(recipe),
        "remote": recipe.context if recipe.is_remote else "",
        "target": recipe.target,
        "buildargs": _json(recipe.args),
        "labels": _json({**recipe.labels, labels.IMAGE_BUILDER: "classic"}),
        "nocache": "1" if recipe.no_cache else "",
        "pull": "1" if recipe.pull else "",
        "networkmode": recipe.network,
        "shmsize": str(recipe.shm_size or ""),
        "ulimits": _json([{"Name": name, "Soft": s, "Hard": h} for name, (s, h) in sorted(recipe.ulimits.items())]),
        "platform": "".join(recipe.platforms[:1]),
        "extrahosts": _json([f"{name}:{address}" for name, address in recipe.extra_hosts]),
        "cachefrom": _json(list(recipe.cache_from)),
        "memory": str(recipe.memory or ""),
        "rm": "1",
        "forcerm": "1",
    }
    return urlencode([*(("t", name) for name in recipe.names), *((key, value) for key, value in told.items() if value)])


def refuse_unknown(recipe: Recipe, *, asked_for: bool = False) -> None:
    """Raises EngineRefused naming what only BuildKit can do."""
    unknown: Mapping[str, object] = {
        "secrets": recipe.secrets,
        "ssh": recipe.ssh,
        "additional_contexts": recipe.contexts,
        "entitlements": recipe.entitlements,
        "cache_to": recipe.cache_to,
        "provenance": recipe.provenance,
        "sbom": recipe.sbom,
        "platforms": recipe.platforms[1:],
    }
    names = ", ".join(f"build.{name}" for name, value in unknown.items() if value)
    if names and asked_for:
        raise EngineRefused(
            f"{VARIABLE} asks for the classic builder, and that does not know {names}",
            hint=f"set {VARIABLE}=1, or leave that out of the service's build",
        )
    if names:
        raise EngineRefused(
            f"this engine has no BuildKit, and its builder does not know {names}",
            hint="use Docker Engine, or leave that out of the service's build",
        )


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":")) if value else ""
