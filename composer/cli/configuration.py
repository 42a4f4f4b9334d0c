"""What `composer config` prints: the project, a list of one aspect of it, a report on its files, or the story of
one value.

Owns the choice of what to load for each and the shape of the lists. Must not know: how files are read or how
documents become text (`load.render`), nor the engine, except to ask for digests through `api`.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from composer.cli.context import load_request, no_such_service, tell_diagnostics
from composer.errors import LoadError, UsageError
from composer.load.request import FOR_NO_CONTAINER
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from composer.cli.options import GlobalOptions
    from composer.load.request import Loaded, LoadRequest
    from composer.model.project import Project
    from composer.model.service import Service

FORMS = ("", "yaml", "json")


@value(kw_only=True)
class ConfigRequest:
    """The flags of one call. `listing`: which list is asked for, `hash` among them (`hashes` () for all services).
    `pin`: `resolve` or `lock` image digests. `skip`: stages of loading to leave out."""

    services: tuple[str, ...] = ()
    form: str = ""
    quiet: bool = False
    output: str = ""
    listing: str = ""
    hashes: tuple[str, ...] = ()
    skip: frozenset[str] = frozenset()
    pin: str = ""
    diagnostics: str = ""
    explain: str = ""


def run_config(options: GlobalOptions, request: ConfigRequest) -> int:
    """Prints the answer and returns the exit status. Raises UsageError, LoadError, EngineError."""
    if request.form not in FORMS:
        raise UsageError(f'unsupported format "{request.form}"', hint="--format is yaml or json")
    wanted = replace(
        load_request(options, services=() if request.listing == "services" else request.services),
        for_engine=False,
        skip=request.skip | _NEEDLESS.get(request.listing, frozenset()),
    )
    if request.diagnostics:
        return _report(wanted, request)
    text = _explained(wanted, request) if request.explain else _answer(options, wanted, request)
    _give(text, request)
    return 0


def _give(text: str, request: ConfigRequest) -> None:
    if not text or (request.quiet and not (request.listing or request.explain or request.diagnostics)):
        return
    if not request.output:
        sys.stdout.write(text)
        return
    try:
        with open(request.output, "wb") as file:  # noqa: PTH123 - nothing else loads pathlib
            file.write(text.encode(errors="surrogateescape"))
    except OSError as error:
        raise UsageError(f"cannot write {request.output}: {error.strerror}") from None


def _report(wanted: LoadRequest, request: ConfigRequest) -> int:
    """Every diagnostic of all files on stdout; 1 when there is an error."""
    from composer.diagnostics import Severity  # noqa: PLC0415 - only for reports
    from composer.views.reports import report_text  # noqa: PLC0415

    try:
        found = _loaded(wanted).warnings
    except LoadError as error:
        found = tuple(error.diagnostics)
    _give(report_text(found, request.diagnostics), request)
    return int(any(one.severity is Severity.ERROR for one in found))


def _explained(wanted: LoadRequest, request: ConfigRequest) -> str:
    from composer.api import explain  # noqa: PLC0415 - only for this
    from composer.views.explanation import explanation_json, explanation_text  # noqa: PLC0415

    told = explain(wanted, request.explain)
    if request.form == "json":
        return explanation_json(told)
    return explanation_text(told, colour=sys.stdout.isatty() and not request.output)


def _answer(options: GlobalOptions, wanted: LoadRequest, request: ConfigRequest) -> str:
    if request.listing == "variables":
        return _variables(wanted, request)
    if "interpolation" in request.skip and request.listing in _UNRESOLVED:
        return _uninterpolated(wanted, request)
    loaded = _loaded(replace(wanted, skip=wanted.skip - {"interpolation"}))
    tell_diagnostics(loaded.warnings, options)
    if request.listing == "environment":
        return _lines(_environment(wanted, loaded.project.name))
    if request.listing == "hash":
        return _lines(_hashes(loaded.project, request.hashes))
    if request.listing:
        return _lines(_LISTINGS[request.listing](loaded))
    return "" if request.quiet and not request.pin else _document(loaded.project, request)


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _loaded(wanted: LoadRequest) -> Loaded:
    from composer.api import load_project  # noqa: PLC0415 - after the flags are known good

    return load_project(wanted)


# --- the project


def _document(project: Project, request: ConfigRequest) -> str:
    from composer.model.dump import full_document, project_document  # noqa: PLC0415 - not for lists

    if request.pin:
        project = _pinned(project)
    if request.pin == "lock":
        images = {name: project.services[name].image for name in sorted(project.services)}
        services = {name: {"image": image} if image else {} for name, image in images.items()}
        return _rendered({"services": services}, request.form)
    return _rendered(project_document(project) if request.form == "json" else full_document(project), request.form)


def _rendered(document: Mapping[str, Any], form: str) -> str:
    from composer.load.render import render_json, render_yaml  # noqa: PLC0415 - not for lists

    return render_json(document) + "\n" if form == "json" else render_yaml(document)


def _pinned(project: Project) -> Project:
    """Images by digest, as the registries of today give them. Raises EngineError when one cannot be asked."""
    import os  # noqa: PLC0415 - only here

    from composer.api import image_digests  # noqa: PLC0415

    named = {service.image for service in project.services.values() if service.image and "@" not in service.image}
    found = image_digests(os.environ, sorted(named))
    services = {
        name: replace(service, image=found.get(service.image or "", service.image))
        for name, service in project.services.items()
    }
    return replace(project, services=services)


def _uninterpolated(wanted: LoadRequest, request: ConfigRequest) -> str:
    from composer.api import load_uninterpolated  # noqa: PLC0415 - rare
    from composer.load.render import render_json, render_yaml, sorted_document  # noqa: PLC0415

    if request.pin:
        raise UsageError("images cannot be resolved while variables are left in place", hint="drop --no-interpolate")
    merged = load_uninterpolated(wanted)
    if request.listing:
        from composer.cli.unresolved import listed  # noqa: PLC0415 - rare

        profiles = wanted.profiles or wanted.environment.get("COMPOSE_PROFILES", "").split(",")
        return _lines(listed(merged, request.listing, profiles=profiles, named=wanted.services))
    document = sorted_document(merged)
    if request.form == "json":
        return render_json(document, escape=False) + "\n"
    return render_yaml(document, escape=False)


# --- lists


def _services(loaded: Loaded) -> Iterable[str]:
    services = loaded.project.services
    return in_dependency_order({name: services[name].depends_on for name in services})


def in_dependency_order(depends_on: Mapping[str, Iterable[str]]) -> list[str]:
    """Names after what they depend on, else by name; what is not a key is left out."""
    order: dict[str, None] = {}
    pending = sorted(depends_on, reverse=True)
    entered: set[str] = set()
    while pending:
        name = pending[-1]
        if name not in entered:
            entered.add(name)
            pending += sorted(
                (one for one in depends_on[name] if one in depends_on and one not in entered), reverse=True
            )
            continue
        pending.pop()
        order[name] = None
    return list(order)


def _images(loaded: Loaded) -> Iterable[str]:
    project = loaded.project
    return (_image(project, project.services[name]) for name in sorted(project.services))


def _image(project: Project, service: Service) -> str:
    return service.image or f"{project.name}-{service.name}"


def _profiles(loaded: Loaded) -> Iterable[str]:
    project = loaded.project
    services = (*project.services.values(), *project.disabled.values())
    return sorted({profile for service in services for profile in service.profiles})


_LISTINGS: dict[str, Callable[[Loaded], Iterable[str]]] = {
    "services": _services,
    "volumes": lambda loaded: sorted(loaded.project.volumes),
    "networks": lambda loaded: sorted(loaded.project.networks),
    "models": lambda loaded: (loaded.project.models[name].model for name in sorted(loaded.project.models)),
    "profiles": _profiles,
    "images": _images,
}


# A list is told of a project too in which containers could not be made; a hash covers what the env files hold.
_NEEDLESS = {
    **dict.fromkeys((*_LISTINGS, "environment"), FOR_NO_CONTAINER),
    "hash": FOR_NO_CONTAINER - {"env_files"},
}

# What --no-interpolate tells of the files as they are written; hashes and the environment are of what they mean.
_UNRESOLVED = ("", *_LISTINGS)


def _environment(wanted: LoadRequest, project: str) -> Iterable[str]:
    from composer.api import variables_given  # noqa: PLC0415 - only for this list

    given = {**variables_given(wanted), "COMPOSE_PROJECT_NAME": project}
    return (f"{name}={given[name]}" for name in sorted(given))


def _hashes(project: Project, names: tuple[str, ...]) -> Iterable[str]:
    from composer.plan.fingerprint import service_hash  # noqa: PLC0415 - only for this list

    for name in sorted(names or project.services):
        if name not in project.services:
            raise no_such_service(name, project.services, note=": not found")
    return (f"{name} {service_hash(project.services[name])}" for name in sorted(names or project.services))


def _variables(wanted: LoadRequest, request: ConfigRequest) -> str:
    """Name, whether it is required, default and alternate value, of each variable the merged files use."""
    from composer.api import variables_used  # noqa: PLC0415 - rare

    uses = variables_used(wanted)
    if request.form == "json":
        import json  # noqa: PLC0415

        told = {
            use.name: {
                "Name": use.name,
                "DefaultValue": use.default,
                "PresenceValue": use.alternate,
                "Required": use.required,
            }
            for use in uses
        }
        return json.dumps(told, indent=4, ensure_ascii=False) + "\n"
    rows = [("NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE")]
    rows += [(use.name, str(use.required).lower(), use.default, use.alternate) for use in uses]
    widths = [max(20, *(len(row[column]) + 3 for row in rows)) for column in range(4)]
    return "".join("".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) + "\n" for row in rows)
