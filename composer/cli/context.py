"""What every verb needs to begin: the environment, the terminal, the load request, the error teller.

Owns reading of `os.environ`, the working directory and standard input for the command line. Must not
know: the engine layer (that is `api`'s) or what a verb does.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO

from composer.cli.options import GlobalOptions
from composer.cli.surroundings import is_fine
from composer.load.request import FOR_NO_CONTAINER, Loaded, LoadRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from composer.diagnostics import Diagnostic
    from composer.errors import ComposerError, LoadError, UsageError
    from composer.model.project import Project
    from composer.views.choose import Terminal

DEFAULTS = GlobalOptions()


def load_request(options: GlobalOptions, *, services: Sequence[str] = (), no_deps: bool = False) -> LoadRequest:
    """The global flags and the process's surroundings as one typed request."""
    return LoadRequest(
        cwd=current_folder(),
        environment=_environment(options),
        files=options.files,
        env_files=options.env_files,
        profiles=options.profiles,
        project_name=options.project_name,
        project_directory=options.project_directory,
        services=tuple(services),
        no_deps=no_deps,
        stdin_text=sys.stdin.read() if "-" in options.files else None,
        strict_env=options.strict_env,
        all_resources=options.all_resources,
        compatibility=options.compatibility,
    )


def current_folder() -> str:
    """As the shell has it. Raises UsageError when it has been removed."""
    try:
        return os.getcwd()  # noqa: PTH109 - pathlib would resolve links; the project's name comes from the link
    except FileNotFoundError:
        from composer.errors import UsageError  # noqa: PLC0415 - rare

        raise UsageError("the current folder does not exist any more", hint="`cd` to one that does.") from None


def _environment(options: GlobalOptions) -> dict[str, str]:
    """The shell's variables; with `--strict-env` only the tools' own settings and those that are let in."""
    if not options.strict_env:
        return dict(os.environ)
    return {
        name: text
        for name, text in os.environ.items()
        if name.startswith(("COMPOSE_", "DOCKER_")) or name in options.allowed_env
    }


def load(
    options: GlobalOptions, *, services: Sequence[str] = (), no_deps: bool = False, makes_containers: bool = True
) -> Loaded:
    """Loads the project and tells its warnings. Raises LoadError and other ComposerErrors.

    `makes_containers` False: env files are not read, as with all else that matters only to a new container.
    """
    from composer.api import load_project  # noqa: PLC0415 - verbs that work by name alone never load a file

    request = load_request(options, services=services, no_deps=no_deps)
    loaded = load_project(request if makes_containers else _for_no_container(request))
    tell_diagnostics(loaded.warnings, options)
    return loaded


def _for_no_container(request: LoadRequest) -> LoadRequest:
    return replace(request, for_engine=False, skip=request.skip | FOR_NO_CONTAINER)


def is_by_name_only(options: GlobalOptions) -> bool:
    """`-p NAME` without `-f`: the project is what its containers' labels say, as with docker compose."""
    return bool(options.project_name) and not options.files


def load_or_name(options: GlobalOptions, *, runs_hooks: bool = False) -> tuple[Project | None, str]:
    """The project, for commands that make no containers, and its name; without a file, or with one that is wrong, the
    name alone, if `-p` or COMPOSE_PROJECT_NAME gives one: what was started can always be taken down. `runs_hooks`:
    `pre_start` hooks, if there are any, are containers after all."""
    if is_by_name_only(options):
        return None, options.project_name
    from composer.api import load_project  # noqa: PLC0415 - verbs that work by name alone never load a file
    from composer.errors import LoadError  # noqa: PLC0415 - the loader has it loaded by now

    request = load_request(options)
    try:
        loaded = load_project(_for_no_container(request))
    except LoadError as error:
        return None, _name_without_file(error, options)
    if runs_hooks and any(service.pre_start for service in loaded.project.services.values()):
        loaded = load_project(request)
    tell_diagnostics(loaded.warnings, options)
    return loaded.project, loaded.project.name


def no_such_service(name: str, known: Iterable[str], *, note: str = "") -> UsageError:
    """A name on the command line that is none of `known`. `note` follows the reference's words."""
    from composer.errors import UsageError  # noqa: PLC0415 - only when something went wrong
    from composer.suggest import did_you_mean  # noqa: PLC0415 - the same

    return UsageError(f"no such service: {name}{note}", hint=did_you_mean(name, known))


def project_name(options: GlobalOptions) -> str:
    """The project's name without loading the whole project: for verbs that read only."""
    if options.project_name:
        return options.project_name
    from composer.api import find_project_name  # noqa: PLC0415
    from composer.errors import LoadError  # noqa: PLC0415

    try:
        return find_project_name(load_request(options))
    except LoadError as error:
        return _name_without_file(error, options)


def _name_without_file(error: LoadError, options: GlobalOptions) -> str:
    """COMPOSE_PROJECT_NAME names a project whose file is not here, or is wrong, which is told. Raises `error` when it
    is not set, or `-p` has the last word, and LoadError when it is no name."""
    if options.project_name or not os.environ.get("COMPOSE_PROJECT_NAME"):
        raise error
    from composer.api import find_project_name  # noqa: PLC0415 - loaded by now
    from composer.errors import NoComposeFile  # noqa: PLC0415 - the same

    name = find_project_name(LoadRequest(cwd="/", environment=os.environ, files=("-",), stdin_text=""))
    if not isinstance(error, NoComposeFile):
        tell_diagnostics(error.diagnostics, options)
        tell_warning(f'going on without the file, by the project name "{name}" of COMPOSE_PROJECT_NAME', options)
    return name


def terminal(options: GlobalOptions) -> Terminal:
    """The error stream as the views need to know it."""
    from composer.views.choose import Terminal  # noqa: PLC0415

    return Terminal.of(sys.stderr, dict(os.environ), ansi=options.ansi)


def is_coloured(stream: TextIO, options: GlobalOptions = DEFAULTS) -> bool:
    """Only terminals, and only if neither --ansi nor the environment says otherwise."""
    if not stream.isatty() and "always" not in (options.ansi, os.environ.get("COMPOSE_ANSI")):
        return False
    from composer.views.choose import Terminal  # noqa: PLC0415 - not for pipes

    return Terminal.of(stream, dict(os.environ), ansi=options.ansi).colour


def wants_json(options: GlobalOptions) -> bool:
    """`--progress json`: then every line of the error stream is an object."""
    return progress_of(options) == "json"


def progress_of(options: GlobalOptions) -> str:
    """As the user wrote it, not checked; "" for what suits the terminal."""
    return options.progress or os.environ.get("COMPOSE_PROGRESS", "")


def tell_diagnostics(diagnostics: Sequence[Diagnostic], options: GlobalOptions = DEFAULTS) -> None:
    """What is wrong in files, on the error stream."""
    if not diagnostics:
        return
    from composer.views.diagnostics import diagnostic_objects, diagnostics_text  # noqa: PLC0415

    if wants_json(options):
        for told in diagnostic_objects(diagnostics):
            _tell_object({str(told["severity"]): True, **told})
    else:
        sys.stderr.write(diagnostics_text(diagnostics, colour=is_coloured(sys.stderr, options)))


def tell_warning(message: str, options: GlobalOptions = DEFAULTS) -> None:
    """A remark on the error stream that is no failure."""
    if wants_json(options):
        _tell_object({"warning": True, "message": message})
    else:
        sys.stderr.write(f"warning: {message}\n")


def tell_event(name: str, message: str, options: GlobalOptions = DEFAULTS) -> None:
    """A turn of the command itself, in the place of progress: nothing is said with `--progress quiet`."""
    if wants_json(options):
        _tell_object({"event": name, "message": message})
    elif progress_of(options) != "quiet":
        sys.stderr.write(f"{message}\n")


def tell_error(error: ComposerError, options: GlobalOptions = DEFAULTS) -> int:
    """An expected failure, on the error stream; returns the exit status."""
    from composer.views.diagnostics import error_object, error_text  # noqa: PLC0415

    if wants_json(options):
        _tell_object(error_object(error))
    else:
        sys.stderr.write(error_text(error, colour=is_coloured(sys.stderr, options)))
    if not is_fine():
        return error.exit_code
    from composer.cli.exitcodes import code_of_error  # noqa: PLC0415 - only when something went wrong

    return code_of_error(error)


def _tell_object(told: dict[str, object]) -> None:
    import json  # noqa: PLC0415 - rare

    sys.stderr.write(json.dumps(told, ensure_ascii=False) + "\n")
