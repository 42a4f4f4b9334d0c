"""What can be seen at a glance, for completion and `--verbose`: names in files, on the engine, of contexts.

Reads little, checks nothing, and gives nothing where asking could take long. Must not know: who asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from composer.load.request import LoadRequest, Outline
    from composer.plan.observed import ObservedContainer


def engine_address(environment: Mapping[str, str]) -> tuple[str, str]:
    """Where the engine is, and who said so. Raises EngineUnreachable for what cannot be an address."""
    from composer.engine.connect import resolve  # noqa: PLC0415

    address = resolve(environment)
    return str(address), address.origin


def outline(request: LoadRequest) -> Outline:
    """The names in the files, read in a hurry and unchecked, for completion."""
    from composer.load.outline import outline as read  # noqa: PLC0415

    return read(request)


def variables_in(text: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of an env file, as far as it can be read; what is wrong with it is told when it is loaded."""
    from composer.load.dotenv import parse  # noqa: PLC0415 - only for files that may matter

    variables, _ = parse(text, ".env", environment.get)
    return {name: found.value for name, found in variables.items()}


def services_seen(environment: Mapping[str, str], project: str) -> tuple[str, ...]:
    """Services that have containers; none where asking could take long (an engine that is not on this machine)."""
    return tuple(dict.fromkeys(container.service for container in _containers(environment, project)))


def projects_seen(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the projects that have containers. As `services_seen`."""
    return tuple(sorted({container.project for container in _containers(environment, None)}))


def _containers(environment: Mapping[str, str], project: str | None) -> Sequence[ObservedContainer]:
    from composer.engine.connect import resolve  # noqa: PLC0415
    from composer.engine.reader import SocketReader  # noqa: PLC0415
    from composer.errors import EngineError  # noqa: PLC0415

    try:
        address = resolve(environment)
        return SocketReader(address).containers(project=project) if address.kind == "unix" else ()
    except EngineError:
        return ()


def ps_format(environment: Mapping[str, str]) -> str:
    """The template for `ps` in Docker's configuration, "" if there is none."""
    from composer.engine.connect import ps_format as setting  # noqa: PLC0415

    return setting(environment)


def contexts(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the Docker contexts there are."""
    from composer.engine.contexts import context_names  # noqa: PLC0415

    return context_names(environment)
