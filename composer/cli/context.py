"""What every verb needs to begin: the environment, the terminal, the load request, the error teller.

Owns reading of `os.environ`, the working directory and standard input for the command line. Must not
know: the engine layer (that is `api`'s) or what a verb does.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from composer.cli.options import GlobalOptions
from composer.errors import ComposerError, LoadError, PlanError
from composer.load.request import Loaded, LoadRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.diagnostics import Diagnostic
    from composer.views.choose import Terminal


def load_request(options: GlobalOptions, *, services: Sequence[str] = (), no_deps: bool = False) -> LoadRequest:
    """The global flags and the process's surroundings as one typed request."""
    return LoadRequest(
        cwd=os.getcwd(),  # noqa: PTH109 - pathlib would resolve links; the project's name comes from the link
        environment=dict(os.environ),
        files=options.files,
        env_files=options.env_files,
        profiles=options.profiles,
        project_name=options.project_name,
        project_directory=options.project_directory,
        services=tuple(services),
        no_deps=no_deps,
        stdin_text=sys.stdin.read() if "-" in options.files else None,
    )


def load(options: GlobalOptions, *, services: Sequence[str] = (), no_deps: bool = False) -> Loaded:
    """Loads the project and tells its warnings. Raises LoadError and other ComposerErrors."""
    from composer.api import load_project  # noqa: PLC0415 - verbs that work by name alone never load a file

    loaded = load_project(load_request(options, services=services, no_deps=no_deps))
    tell_diagnostics(loaded.warnings)
    return loaded


def is_by_name_only(options: GlobalOptions) -> bool:
    """`-p NAME` without `-f`: the project is what its containers' labels say, as with docker compose."""
    return bool(options.project_name) and not options.files


def project_name(options: GlobalOptions) -> str:
    """The project's name without loading the whole project: for verbs that read only."""
    if options.project_name:
        return options.project_name
    from composer.api import find_project_name  # noqa: PLC0415

    return find_project_name(load_request(options))


def terminal(options: GlobalOptions) -> Terminal:
    """The error stream as the views need to know it."""
    from composer.views.choose import Terminal  # noqa: PLC0415

    return Terminal.of(sys.stderr, dict(os.environ), ansi=options.ansi)


def tell_diagnostics(diagnostics: Sequence[Diagnostic]) -> None:
    if diagnostics:
        from composer.views.diagnostics import diagnostics_text  # noqa: PLC0415

        sys.stderr.write(diagnostics_text(diagnostics, colour=sys.stderr.isatty()))


def tell_error(error: ComposerError) -> int:
    """An expected failure, on the error stream; returns the exit status."""
    from composer.views.diagnostics import error_text  # noqa: PLC0415

    if isinstance(error, LoadError | PlanError) and error.diagnostics:
        tell_diagnostics(error.diagnostics)
    else:
        sys.stderr.write(error_text(error, colour=sys.stderr.isatty()))
    return error.exit_code
