"""`exec` behind its flags: whom to talk to, with or without a terminal, and what the end means for the exit status.

Works from labels; no file is loaded but for its project's name. Must not know: how bytes go (`execute`'s).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from composer.cli.context import load_request, project_name
from composer.errors import Interrupted
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.cli.options import GlobalOptions
    from composer.engine.port import Engine, EngineReader
    from composer.execute.process import Ended
    from composer.plan.observed import ObservedContainer


@value(kw_only=True)
class ExecFlags:
    """`environment`: `NAME=value`, or `NAME` for ours. `index` 0: the first replica that runs."""

    service: str
    command: tuple[str, ...]
    index: int = 0
    detach: bool = False
    no_tty: bool = False
    stdin: bool = True
    environment: tuple[str, ...] = ()
    user: str = ""
    working_dir: str = ""
    privileged: bool = False


def run_exec(options: GlobalOptions, flags: ExecFlags, *, dry_run: bool = False) -> int:
    """The command's exit status; 130 when a signal ended the wait. Raises PlanError, EngineError."""
    from composer.api import open_engine, open_reader  # noqa: PLC0415 - after the flags are known good

    if dry_run or options.dry_run:
        container = find(open_reader(os.environ), options, flags.service, flags.index)
        sys.stdout.write(f"would run in {container.name}: {' '.join(flags.command)}\n")
        return 0
    engine = open_engine(os.environ)
    return _exec(engine, find(engine, options, flags.service, flags.index), options, flags)


def _exec(engine: Engine, container: ObservedContainer, options: GlobalOptions, flags: ExecFlags) -> int:
    from composer.cli.terminal import StandardConsole, is_interactive  # noqa: PLC0415 - the same
    from composer.engine.dialogue import ExecRequest  # noqa: PLC0415

    console = StandardConsole(with_stdin=flags.stdin and not flags.detach)
    keys, configured = detach_sequence("")
    tty = is_interactive() and not flags.no_tty and not flags.detach
    request = ExecRequest(
        command=flags.command,
        tty=tty,
        stdin=flags.stdin,
        detach=flags.detach,
        environment=tuple(resolved(flags.environment, options)),
        user=flags.user,
        working_dir=flags.working_dir,
        privileged=flags.privileged,
        detach_keys=configured if tty else "",
        size=console.size() if tty else None,
    )
    if flags.detach:
        engine.start_exec_detached(engine.create_exec(container.id, request))
        return 0
    from composer.execute.process import exec_in  # noqa: PLC0415 - not for -d

    return exit_status(exec_in(engine, container.id, request, console, keys=keys))


def find(
    engine: EngineReader, options: GlobalOptions, service: str, index: int, *, running: bool = True
) -> ObservedContainer:
    """Raises PlanError when there is none (that runs)."""
    from composer.plan.target import target  # noqa: PLC0415 - after the flags are known good

    return target(engine.containers(project=project_name(options)), service, index=index, running=running)


def exit_status(ended: Ended) -> int:
    """Left running is no failure; ended by a signal is 130 as everywhere."""
    from composer.execute.talk import Ending  # noqa: PLC0415 - loaded by now

    if ended.ending is Ending.STOPPED:
        return Interrupted.exit_code
    return ended.code or 0


def detach_sequence(given: str) -> tuple[bytes, str]:
    """The keys as bytes, and as the engine is to be told of them ("" for its own default). Raises UsageError."""
    from composer.api import detach_keys  # noqa: PLC0415 - after the flags are known good
    from composer.execute.detach import DEFAULT, parse_keys  # noqa: PLC0415

    chosen = given or detach_keys(os.environ)
    return parse_keys(chosen or DEFAULT), chosen


def resolved(entries: Iterable[str], options: GlobalOptions) -> Iterable[str]:
    """`NAME` gets the value it has in the shell or in `.env`; one that is not set there is left as it is, which
    takes it out of the container's environment."""
    ours: dict[str, str] = dict(os.environ)
    if any("=" not in entry and entry not in ours for entry in entries):
        ours = {**_env_file(options), **ours}
    for entry in entries:
        yield entry if "=" in entry or entry not in ours else f"{entry}={ours[entry]}"


def _env_file(options: GlobalOptions) -> dict[str, str]:
    from composer.api import variables_given  # noqa: PLC0415 - rare
    from composer.errors import LoadError  # noqa: PLC0415

    try:
        return dict(variables_given(load_request(options)))
    except LoadError:  # by `-p` alone there may be no file here at all
        return {}
