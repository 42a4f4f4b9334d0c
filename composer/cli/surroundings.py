"""Global flags and settings that reach further than one function: they become variables of this process.

So every part, and every program we start (ssh, buildx), sees the same engine and the same settings. `COMPOSE_*`
settings of `.env` come in unless the shell has them, as in docker compose. Must not know: what they do.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from composer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

# Those that the loader does not read by itself.
SETTINGS = (
    "COMPOSE_ANSI",
    "COMPOSE_IGNORE_ORPHANS",
    "COMPOSE_MENU",
    "COMPOSE_PARALLEL_LIMIT",
    "COMPOSE_PROGRESS",
    "COMPOSE_REMOVE_ORPHANS",
    "COMPOSE_STATUS_STDOUT",
)


def choose_engine(*, host: str, context: str) -> None:
    """`-H` and `--context` are stronger than the shell's DOCKER_HOST and DOCKER_CONTEXT. Raises UsageError for both."""
    if host and context:
        raise UsageError("--host and --context cannot be used together")
    if host:
        os.environ["DOCKER_HOST"] = host
        os.environ.pop("DOCKER_CONTEXT", None)
    elif context:
        os.environ["DOCKER_CONTEXT"] = context
        os.environ.pop("DOCKER_HOST", None)


def take_in(*, env_files: Sequence[str], folder: str, exit_codes: str | None) -> None:
    """Settings of `.env` (or of the env files named), and the way of exit statuses. Raises UsageError."""
    if exit_codes:
        os.environ["COMPOSER_EXIT_CODES"] = exit_codes
    if os.environ.get("COMPOSER_EXIT_CODES", "compose") not in ("compose", "fine", ""):
        raise UsageError(f"COMPOSER_EXIT_CODES is '{os.environ['COMPOSER_EXIT_CODES']}'", hint="Use compose or fine.")
    for path in env_files or (f"{folder or '.'}/.env",):
        for name, text in _settings_of(path).items():
            os.environ.setdefault(name, text)


def tell_engine() -> None:
    """`--verbose`: which engine, and who chose it."""
    from composer.glance import engine_address  # noqa: PLC0415 - only when asked

    address, origin = engine_address(os.environ)
    sys.stderr.write(f"engine: {address} ({origin})\n")


def is_true(variable: str) -> bool:
    """Whether a setting is switched on."""
    return os.environ.get(variable, "").lower() in ("1", "true", "yes", "y", "on", "t")


def is_fine() -> bool:
    """Whether every kind of failure has an exit status of its own."""
    return os.environ.get("COMPOSER_EXIT_CODES") == "fine"


def parallel_limit(given: int | None) -> int:
    """`--parallel`, else COMPOSE_PARALLEL_LIMIT; not positive for none. Raises UsageError."""
    if given is not None:
        return given
    text = os.environ.get("COMPOSE_PARALLEL_LIMIT", "")
    try:
        return int(text) if text else -1
    except ValueError:
        raise UsageError(f"COMPOSE_PARALLEL_LIMIT is '{text}'", hint="It is a number; -1 is for no limit.") from None


def ansi_mode(ansi: str | None, progress: str | None, *, no_ansi: bool) -> str:
    """`--ansi` as far as it agrees with `--progress`. Raises UsageError where it does not."""
    if no_ansi:
        sys.stderr.write("option '--no-ansi' is DEPRECATED ! Please use '--ansi' instead.\n")
        ansi = "never"
    if progress == "tty" and ansi == "never":
        raise UsageError("can't use --progress tty while ANSI support is disabled")
    if progress == "plain" and ansi == "always":
        raise UsageError("can't use --progress plain while ANSI support is forced")
    return ansi or ""


def folder(project_directory: str, workdir: str) -> str:
    """`--project-directory`, or its old name. Raises UsageError for both."""
    if not workdir:
        return project_directory
    if project_directory:
        raise UsageError("--workdir and --project-directory cannot be used together", hint="Use --project-directory.")
    sys.stderr.write("option '--workdir' is DEPRECATED at root level! Please use '--project-directory' instead.\n")
    return workdir


def _settings_of(path: str) -> dict[str, str]:
    """Those that a file sets; one that cannot be read is told by the loader, if it is needed."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - pathlib is not loaded yet
            text = file.read()
    except OSError:
        return {}
    if not any(name in text for name in SETTINGS):
        return {}
    from composer.glance import variables_in  # noqa: PLC0415 - rare

    return {name: found for name, found in variables_in(text, os.environ).items() if name in SETTINGS}
