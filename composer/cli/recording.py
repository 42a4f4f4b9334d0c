"""Every run of the command line leaves a record for `composer why`; one that cannot be kept is told once.

Must not know: what is in a record, where it is kept.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from composer.cli.context import tell_warning
from composer.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from composer.api import Stack
    from composer.cli.options import GlobalOptions
    from composer.plan.observed import ObservedState
    from composer.plan.plan import Plan


@contextmanager
def recorded(
    stack: Stack, plan: Plan, observed: ObservedState, options: GlobalOptions, *, continues: bool = False
) -> Iterator[None]:
    """Records the run within. A plan without steps leaves the last record as it is. `continues`: it is a further part
    of what the last record tells of."""
    if not plan:
        yield
        return
    from composer.events.recorder import Recorder  # noqa: PLC0415 - only when there is something to do

    recorder = Recorder(began=time.time(), engine=_address(stack), working_dir=_folder(stack, observed))
    stack.bus.subscribe(recorder)
    try:
        yield
    finally:
        stack.bus.unsubscribe(recorder)
        if recorder.run is not None:
            from composer.cli.journal import keep  # noqa: PLC0415 - as above

            _tell_once(stack, keep(recorder.run, os.environ, continues=continues), options)


def _tell_once(stack: Stack, trouble: str, options: GlobalOptions) -> None:
    if trouble and "record" not in stack.remarks:
        stack.remarks.add("record")
        tell_warning(f"no record of this run can be kept for `composer why`: {trouble}", options)


def _address(stack: Stack) -> str:
    try:
        return stack.engine.info().address
    except EngineError:
        return ""


def _folder(stack: Stack, observed: ObservedState) -> str:
    """The project's folder: from the file, else from what its containers say."""
    if stack.project is not None:
        return stack.project.working_dir
    from composer import labels  # noqa: PLC0415 - loaded already

    said = (found.labels.get(labels.WORKING_DIR, "") for found in observed.containers)
    return next((folder for folder in said if folder), "")
