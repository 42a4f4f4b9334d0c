"""`composer why` behind its flags: the records of a project's runs, and what its containers are now.

Works by the project's name alone, also when no engine answers. Must not know: how records are kept or look.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from composer.cli.context import current_folder, is_coloured, project_name, tell_warning
from composer.cli.journal import recorded_runs
from composer.errors import EngineError, UsageError
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.cli.options import GlobalOptions
    from composer.events.record import Entry, Run
    from composer.plan.observed import ObservedContainer


@value(kw_only=True)
class WhyRequest:
    """`services` () = all. `runs`: how many of the last ones that concern them. `output`: text or json."""

    services: tuple[str, ...] = ()
    runs: int = 1
    output: str = "text"


def run_why(options: GlobalOptions, request: WhyRequest) -> int:
    """Raises UsageError for a service of which nothing is known, LoadError."""
    name = project_name(options)
    engine, containers = _engine(options, name)
    runs = recorded_runs(name, os.environ, cwd=current_folder())
    runs = tuple(run for run in runs if engine in ("", run.engine))
    known = {entry.service for run in runs for entry in run.entries} | {found.service for found in containers or ()}
    for service in request.services:
        if service not in known:
            raise UsageError(f"nothing is known of service '{service}' in project {name}")
    chosen = [narrowed for run in runs if (narrowed := _about(run, request.services)).entries][: request.runs]
    if request.output == "json":
        _write_json(name, chosen, containers)
    else:
        told = {entry.name for run in chosen for entry in run.entries}
        asked = [found for found in containers or () if found.service in request.services]
        strangers = [found for found in asked if found.name not in told]
        sys.stdout.write(_text(name, chosen, containers, strangers, colour=is_coloured(sys.stdout, options)))
    return 0


def _engine(options: GlobalOptions, name: str) -> tuple[str, tuple[ObservedContainer, ...] | None]:
    """Its address, and the project's containers; "" and None when it does not answer: records can be told all the
    same."""
    from composer.api import open_reader  # noqa: PLC0415 - after the flags are known good

    reader = open_reader(os.environ)
    try:
        return reader.info().address, reader.containers(project=name)
    except EngineError as error:
        tell_warning(f"what runs now is not known: {error.message}", options)
        return "", None


def _about(run: Run, services: tuple[str, ...]) -> Run:
    """The run as far as it concerns the services."""
    return replace(run, entries=tuple(entry for entry in run.entries if not services or entry.service in services))


def _text(
    name: str,
    runs: list[Run],
    containers: Iterable[ObservedContainer] | None,
    strangers: list[ObservedContainer],
    *,
    colour: bool,
) -> str:
    from composer.views.why import stranger_text, why_text  # noqa: PLC0415 - not for json

    if not (runs or strangers):
        return f"No run is on record for project {name}.\n"
    now = {found.name: _state(found) for found in containers or ()}
    if containers is None:
        now = {entry.name: "not known" for run in runs for entry in run.entries}
    told = [why_text(runs, now, colour=colour)]
    return "".join(told + [stranger_text(found.name, _maker(found), _state(found)) for found in strangers])


def _write_json(name: str, runs: list[Run], containers: Iterable[ObservedContainer] | None) -> None:
    import json  # noqa: PLC0415 - rare

    from composer.events.record import run_document  # noqa: PLC0415

    states = {found.name: found for found in containers or ()}
    document = {
        "project": name,
        "runs": [{**run_document(run), "entries": [_entry(entry, states) for entry in run.entries]} for run in runs],
    }
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def _entry(entry: Entry, states: dict[str, ObservedContainer]) -> dict[str, object]:
    from composer.events.record import entry_document  # noqa: PLC0415

    found = states.get(entry.name)
    told: dict[str, object] = entry_document(entry)
    if entry.kind == "container" and found is not None:
        told["now"] = {"state": found.state, "health": found.health, "exit_code": found.exit_code}
    return told


def _state(found: ObservedContainer) -> str:
    more = found.health or (f"exit code {found.exit_code}" if found.exit_code is not None else "")
    return f"{found.state} ({more})" if more else found.state


def _maker(found: ObservedContainer) -> str:
    from composer import labels  # noqa: PLC0415 - rare

    version = found.labels.get(labels.VERSION, "")
    tool = "Composer" if labels.DEFINITION in found.labels else "docker compose"
    return f"{tool} {version}".rstrip()
