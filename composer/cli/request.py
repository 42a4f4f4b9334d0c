"""What `up`, `create` or `scale` was asked for, as typed values: flags put together. Must not know: how it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from composer.errors import UsageError
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
    """`verb`: up, create or scale. `menu`: keys while attached; None: where somebody can press them.
    `quiet_pull`: pulls are told without their layers; `quiet_build`: builds without their progress."""

    options: UpOptions
    attached: bool
    policy: AttachPolicy
    logs: LogOptions
    readiness: str = ""
    verb: str = "up"
    menu: bool | None = None
    quiet_pull: bool = False
    quiet_build: bool = False
    watch: bool = False

    @property
    def unsaid(self) -> frozenset[str]:
        """Kinds of steps whose progress is not shown."""
        return frozenset({"build"} if self.quiet_build else ())


def refuse_together(flag: str, is_given: bool, others: Mapping[str, bool]) -> None:
    """`flag` makes no sense with any of `others`. Raises UsageError."""
    clash = next((other for other, other_is_given in others.items() if other_is_given), "")
    if is_given and clash:
        raise UsageError(f"{flag} and {clash} cannot be used together")


def build_policy(*, build: bool, no_build: bool) -> str:
    """As `UpOptions.build` has it."""
    return "always" if build else "never" if no_build else "policy"


def replica_counts(items: Sequence[str], *, flag: str = "--scale ") -> dict[str, int]:
    """`["web=3"]` → `{"web": 3}`; UsageError for anything else."""
    counts: dict[str, int] = {}
    for item in items:
        service, sign, number = item.partition("=")
        if not (service and sign and number.isdecimal()):
            what = "--scale value" if flag else "number of replicas"
            raise UsageError(f"invalid {what} '{item}'", hint=f"Write it as SERVICE=NUMBER, e.g. {flag}web=3.")
        counts[service] = int(number)
    return counts
