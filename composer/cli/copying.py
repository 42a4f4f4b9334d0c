"""`cp`, `export` and `commit` behind their flags: which containers, what is told, what goes to stdout.

They work from labels; no file is loaded but for its project's name. Must not know: how archives are made.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from composer.cli.context import progress_of, project_name, wants_json
from composer.cli.talking import find
from composer.errors import ComposerError, PlanError, UsageError
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.cli.options import GlobalOptions
    from composer.engine.filing import CommitRequest
    from composer.engine.port import Engine
    from composer.execute.copying import HowToCopy
    from composer.plan.observed import ObservedContainer


@value(kw_only=True)
class CopyFlags:
    """`every`: containers of `run` too. `index` 0: into all replicas, out of the first."""

    source: str
    destination: str
    archive: bool = False
    follow: bool = False
    every: bool = False
    index: int = 0


def run_copy(options: GlobalOptions, flags: CopyFlags, *, dry_run: bool) -> int:
    """Raises UsageError, PlanError, EngineError, ComposerError for files that cannot be read or written."""
    service, path = split_place(flags.source)
    into, target = split_place(flags.destination)
    if service and into:
        raise UsageError("copying between services is not supported")
    if not (service or into):
        raise UsageError("unknown copy direction", hint="One side is a container: SERVICE:PATH.")
    if not (path and target):
        raise UsageError(f"{'destination' if path else 'source'} can not be empty", hint="Write it as SERVICE:PATH.")
    copy = _Copy(options, flags, dry_run=dry_run or options.dry_run)
    return copy.out_of(service, path) if service else copy.into(into, target)


def split_place(text: str) -> tuple[str, str]:
    """`web:/srv` → `web`, `/srv`; a local path has no service. `./a:b` and `/a:b` are local."""
    if text.startswith(("/", ".")) or text == "-":
        return "", text
    service, sign, path = text.partition(":")
    return (service, path) if sign else ("", text)


class _Copy:
    def __init__(self, options: GlobalOptions, flags: CopyFlags, *, dry_run: bool) -> None:
        from composer.api import open_engine  # noqa: PLC0415 - after the flags are known good
        from composer.execute.copying import HowToCopy  # noqa: PLC0415

        self._options = options
        self._flags = flags
        self._engine: Engine = open_engine(os.environ)
        self._how: HowToCopy = HowToCopy(owners=flags.archive, follow=flags.follow)
        self._dry = dry_run

    def out_of(self, service: str, path: str) -> int:
        from composer.execute.copying import archive_out, copy_out  # noqa: PLC0415 - loaded already

        container = self._containers(service)[0]
        destination = self._flags.destination

        def copy() -> None:
            if destination == "-":
                _refuse_terminal("an archive")
                archive_out(self._engine, container, path, sys.stdout.buffer, self._how)
            else:
                copy_out(self._engine, container, path, destination, self._how)

        self._tell(container, f"copy {container.name}:{path} to {destination}", copy)
        return 0

    def into(self, service: str, path: str) -> int:
        from composer.execute.copying import copy_in, local_origin, unpack_in  # noqa: PLC0415 - loaded already

        source = self._flags.source
        containers = self._containers(service)
        chosen = containers if not self._flags.index else containers[:1]
        if source == "-" and len(chosen) > 1:
            raise UsageError(
                f'service "{service}" has {len(chosen)} containers, and standard input can be read only once',
                hint="--index says into which one.",
            )
        if source != "-":
            local_origin(source, follow=self._flags.follow)  # what is not there is not copied to half of them

        for container in chosen:

            def copy(container: ObservedContainer = container) -> None:
                if source == "-":
                    unpack_in(self._engine, container, sys.stdin.buffer, path, self._how)
                else:
                    copy_in(self._engine, container, source, path, self._how)

            self._tell(container, f"copy {source} to {container.name}:{path}", copy)
        return 0

    def _containers(self, service: str) -> list[ObservedContainer]:
        """By number, one-offs last and only if asked for. They need not run."""
        found = self._engine.containers(project=project_name(self._options))
        mine = [one for one in found if one.service == service and (self._flags.every or not one.oneoff)]
        if self._flags.index:
            mine = [one for one in mine if one.number == self._flags.index]
            if not mine:
                raise PlanError(f'service "{service}" is not running container #{self._flags.index}')
        if not mine:
            services = ", ".join(sorted({one.service for one in found}))
            hint = f"There are containers of {services}." if services else "The project has no containers."
            raise PlanError(f'no container found for service "{service}"', hint=hint)
        return sorted(mine, key=lambda one: (one.oneoff, one.number, one.name))

    def _tell(self, container: ObservedContainer, what: str, copy: Callable[[], None]) -> None:
        told = _Telling(self._options, f"{container.name} {what}")
        told.say("Copying")
        if not self._dry:
            copy()
            told.say("Copied")


def run_export(options: GlobalOptions, service: str, *, index: int, output: str, dry_run: bool) -> int:
    """Raises PlanError, EngineError, ComposerError for a file that cannot be written."""
    from composer.api import open_engine  # noqa: PLC0415 - after the flags are known good
    from composer.execute.packing import pass_on  # noqa: PLC0415

    engine = open_engine(os.environ)
    container = find(engine, options, service, index)
    if not output:
        _refuse_terminal("a container's files")
    told = _Telling(options, f"{container.name} export {container.name} to {output or 'stdout'}")
    if output:
        told.say("Exporting")
    if dry_run or options.dry_run:
        return 0
    try:
        stream = engine.export(container.id)
        try:
            if output:
                with open(output, "wb") as file:  # noqa: PTH123 - as the user wrote it
                    pass_on(stream, file.write)
            else:
                pass_on(stream, sys.stdout.buffer.write)
                sys.stdout.buffer.flush()
        finally:
            stream.close()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ComposerError(f"cannot write {output or 'stdout'}: {error.strerror}") from error
    if output:
        told.say("Exported")
    return 0


def run_commit(options: GlobalOptions, service: str, request: CommitRequest, *, index: int, dry_run: bool) -> int:
    """Raises PlanError, EngineError."""
    from composer.api import open_engine  # noqa: PLC0415 - after the flags are known good

    engine = open_engine(os.environ)
    container = find(engine, options, service, index)
    told = _Telling(options, f"{container.name} Commit {container.name}")
    told.say("Committing")
    image = "" if dry_run or options.dry_run else engine.commit(container.id, request)
    told.say(f"Committed as {image}" if image else "Committed")
    return 0


class _Telling:
    """Two lines about one thing, on the error stream, as the other verbs' plain progress."""

    def __init__(self, options: GlobalOptions, subject: str) -> None:
        self._options = options
        self._subject = subject

    def say(self, state: str) -> None:
        if wants_json(self._options):
            import json  # noqa: PLC0415 - rare

            sys.stderr.write(json.dumps({"id": self._subject, "status": state}) + "\n")
        elif progress_of(self._options) != "quiet":
            sys.stderr.write(f" {self._subject} {state}\n")


def _refuse_terminal(what: str) -> None:
    if sys.stdout.isatty():
        raise UsageError(f"cowardly refusing to write {what} to a terminal", hint="Redirect it, or name a file.")
