"""What must be agreed to before a plan may run: it loses data, or touches what another folder started.

Values only: whoever carries the plan out asks, or refuses where nobody can be asked. An answer of no goes back to
the planner (`declined` of the verb's options), which then leaves that part out. Must not know: how it is asked.
"""

from __future__ import annotations

from enum import StrEnum

from composer.values import value


class Risk(StrEnum):
    VOLUME_DATA = "volume-data"  # a volume is made anew: its data is lost
    OTHER_FOLDER = "other-folder"  # orphans that were started from another folder are removed


@value()
class Confirmation:
    """`subject`: the volume's engine name, or the other folder. `containers`: those that go with it, by name.
    `detail`: the project's own folder, for OTHER_FOLDER."""

    risk: Risk
    subject: str
    containers: tuple[str, ...] = ()
    detail: str = ""
