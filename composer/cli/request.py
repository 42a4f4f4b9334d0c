"""What an `up` was asked for, as typed values: its flags put together. Must not know: how it is done."""

from __future__ import annotations

from composer.execute.attached import AttachPolicy
from composer.plan.options import UpOptions
from composer.values import value


@value(kw_only=True)
class LogOptions:
    """Whose output an attached `up` shows, and how. `attach` () = the services named, or all."""

    attach: tuple[str, ...] = ()
    no_attach: tuple[str, ...] = ()
    dependencies: bool = False
    timestamps: bool = False
    colour: bool = True
    prefix: bool = True


@value(kw_only=True)
class UpRequest:
    options: UpOptions
    attached: bool
    policy: AttachPolicy
    logs: LogOptions
    readiness: str = ""
    quiet_pull: bool = False
