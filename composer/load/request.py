"""What to load: the typed request, made by the CLI or an embedder, and what loading returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from composer.diagnostics import Diagnostic, Span
from composer.model.project import Project
from composer.values import value

SKIPPABLE = frozenset(("normalise", "paths", "consistency", "env_files", "container_names"))
"""Stages a request may leave out: for `config`, and where it does not matter."""

FOR_NO_CONTAINER = frozenset(("env_files", "container_names"))
"""What does not matter to a command that makes no container: with an env file missing, and with two services of one
container name, a project can still be stopped and removed (as with the reference)."""


@value(kw_only=True)
class LoadRequest:
    """`files`: `-f` arguments, `-` is `stdin_text`. `env_files`: `--env-file`. `environment`: the process
    environment as given. `cwd` absolute. `services`: selection by name (() = all enabled), with their
    dependencies unless `no_deps`. `scale` is not applied here. `for_engine`: label files stay with
    the services, as containers need them; a command that only prints the project turns it off.
    `skip`: stages left out, of `SKIPPABLE`. `all_resources`: keep networks, volumes … that no service uses.
    `strict_env`: a variable that is not set is an error. `compatibility`: containers and built images are named with
    `_`, as by the first docker-compose; also by COMPOSE_COMPATIBILITY."""

    cwd: str
    environment: Mapping[str, str]
    files: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    project_name: str = ""
    project_directory: str = ""
    services: tuple[str, ...] = ()
    no_deps: bool = False
    stdin_text: str | None = None
    for_engine: bool = True
    skip: frozenset[str] = frozenset()
    all_resources: bool = False
    strict_env: bool = False
    compatibility: bool = False


@value()
class Loaded:
    """A valid project, the warnings, and where each value came from (`services.web.image` → Span)."""

    project: Project
    warnings: tuple[Diagnostic, ...] = ()
    origins: Mapping[str, Span] = field(default_factory=dict)


@value()
class Outline:
    """What a hurried look at the files tells: `name` of the project, as far as it can be told at a glance."""

    name: str = ""
    services: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
