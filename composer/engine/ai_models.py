"""The docker plugin `model`, which serves language models: asked where, told to fetch and to configure one.

Owns its command line, as docker compose 2.40.3 uses it: `status --json`, `ls --json`, `pull MODEL` and
`configure [--context-size=N] MODEL [-- FLAG…]`. Must not know: when a model is wanted, who is told of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from composer.engine.programs import find_plugin, run_program
from composer.errors import ProviderError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from composer.diagnostics import Span
    from composer.engine.programs import Programs
    from composer.model.project import Project
    from composer.model.secret import Sealed
    from composer.plan.actions import PrepareModel

PLUGIN = "model"


def served_at(variables: Mapping[str, Sealed]) -> str:
    """The address at which containers reach the models. `variables`: what the program sees. Raises ProviderError."""
    try:
        return str(json.loads(_Plugin(variables, set()).ask("status", "--json"))["endpoint"])
    except (ValueError, KeyError, TypeError) as error:
        raise ProviderError("docker model status said nothing of an endpoint") from error


def served_for(project: Project, origins: Mapping[str, Span] | None = None) -> str:
    """As `served_at`; an error names the place of the first model, where that is known."""
    try:
        return served_at(project.variables)
    except ProviderError as error:
        place = (origins or {}).get(f"models.{next(iter(project.models))}")
        error.message = f"{place}: {error.message}" if place is not None else error.message
        raise


def prepare(action: PrepareModel, *, tell: Callable[[str], object], running: Programs) -> None:
    """Fetches the model where it is not there, and configures it. `tell`: gets what goes on, a line at a time.

    Raises ProviderError.
    """
    plugin, model = _Plugin(action.environment, running), action.model.model
    if model not in plugin.tags():
        tell("Pulling")
        plugin.run("pull", model, tell=lambda line: tell(f"Pulling {line}"))
        tell("Pulled")
    tell("Configuring")
    size = ("--context-size", str(action.model.context_size)) if action.model.context_size else ()
    flags = ("--", *action.model.runtime_flags) if action.model.runtime_flags else ()
    plugin.run("configure", *size, model, *flags)


class _Plugin:
    def __init__(self, variables: Mapping[str, Sealed], running: Programs) -> None:
        self._environment = {name: text.reveal() for name, text in variables.items()}
        self._running = running
        found = find_plugin(PLUGIN, self._environment)
        if found is None:
            hint = "install it, or point the services at a model that is served elsewhere"
            raise ProviderError("`models` needs the docker plugin docker-model, which is not installed", hint=hint)
        self._program = found

    def tags(self) -> frozenset[str]:
        """The models that are there, by the names they were fetched by. One that cannot tell is asked to fetch."""
        try:
            found: Any = json.loads(self.ask("ls", "--json"))
            return frozenset(str(tag) for one in found for tag in one.get("tags") or ())
        except (ProviderError, ValueError, AttributeError, TypeError):
            return frozenset()

    def ask(self, *arguments: str) -> str:
        said: list[str] = []
        self.run(*arguments, tell=said.append)
        return "\n".join(said)

    def run(self, *arguments: str, tell: Callable[[str], object] = str) -> None:
        """`tell`: gets the lines of its output that are not empty."""

        def listen(stream: Any) -> None:
            for line in stream:
                if text := line.strip():
                    tell(text)

        command = [self._program, *arguments]
        _, status, complaint = run_program(command, self._environment, listen, running=self._running)
        if status != 0:
            raise ProviderError(f"docker model {arguments[0]} failed: exit status {status}", hint=complaint)
