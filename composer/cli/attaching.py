"""`attach` behind its flags. Works from labels: no file is loaded but for its project's name.

Must not know: how bytes go (`execute`'s).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from composer.cli.talking import detach_sequence, exit_status, find
from composer.errors import PlanError, UsageError
from composer.values import value

if TYPE_CHECKING:
    from composer.cli.options import GlobalOptions


@value(kw_only=True)
class AttachFlags:
    """`index` 0: the first replica that runs. `proxy`: signals go to the process."""

    service: str
    index: int = 0
    detach_keys: str = ""
    stdin: bool = True
    proxy: bool = True


def run_attach(options: GlobalOptions, flags: AttachFlags, *, dry_run: bool) -> int:
    """The container's exit status; 130 when a signal ended the wait. Raises PlanError, EngineError, UsageError."""
    from composer.api import open_engine, open_reader  # noqa: PLC0415 - after the flags are known good
    from composer.cli.terminal import StandardConsole  # noqa: PLC0415
    from composer.execute.oneoff import Attachment, attach_to  # noqa: PLC0415

    keys, configured = detach_sequence(flags.detach_keys)
    if dry_run or options.dry_run:
        container = find(open_reader(os.environ), options, flags.service, flags.index)
        sys.stdout.write(f"would attach to {container.name}\n")
        return 0
    engine = open_engine(os.environ)
    container = find(engine, options, flags.service, flags.index)
    if container.state in ("paused", "restarting"):
        cure = "unpause" if container.state == "paused" else "wait for"
        raise PlanError(f"cannot attach to {container.name}: it is {container.state}", hint=f"{cure} it first")
    config = engine.inspect_raw(container.id).get("Config") or {}
    tty, stdin = bool(config.get("Tty")), flags.stdin and bool(config.get("OpenStdin"))
    if tty and stdin and not (sys.stdin is not None and sys.stdin.isatty()):
        raise UsageError("the input device is not a TTY", hint="With --no-stdin its output can be seen all the same.")
    how = Attachment(tty=tty, stdin=stdin, keys=keys, detach_keys=configured, proxy=flags.proxy)
    return exit_status(attach_to(engine, container.id, how, StandardConsole(with_stdin=stdin)))
