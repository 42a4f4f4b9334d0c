"""Shapes that several sections of the format share."""

from __future__ import annotations

from composer.load.format import keys
from composer.load.shape import Kind, Merge, Shape, boolean, record, sequence, text
from composer.load.short_forms import hosts, one_or_list, single_limit, under

TEXT = text()
INTEGER = Shape(Kind.INTEGER)
COUNT = Shape(Kind.INTEGER, accepts=(int, float, str))
FLOAT = Shape(Kind.FLOAT)
PRIORITY = Shape(Kind.INTEGER, accepts=(int, float))
BOOLEAN = boolean()
DURATION = Shape(Kind.DURATION)
BYTES = Shape(Kind.BYTES)
MODE = Shape(Kind.MODE)
TEXT_OR_NUMBER = Shape(Kind.TEXT_OR_NUMBER)
TEXT_OR_BOOLEAN = Shape(Kind.TEXT_OR_BOOLEAN)

TEXTS = sequence(TEXT)
NAMES = sequence(TEXT, key=keys.before_equals)
DISTINCT = sequence(TEXT, key=keys.whole)
ONE_OR_TEXTS = sequence(TEXT, expand=one_or_list)
ONE_OR_NAMES = sequence(TEXT, key=keys.before_equals, expand=one_or_list)
COMMAND = Shape(Kind.COMMAND, merge=Merge.REPLACE, nullable=True)

ENVIRONMENT = Shape(Kind.PAIRS)
LABELS = Shape(Kind.PAIRS, unset="")
OPTIONS = Shape(Kind.OPTIONS, accepts=(str, int, float))
OPTIONS_OR_NULL = Shape(Kind.OPTIONS, accepts=(str, int, float, type(None)), unset="")
TEXT_OPTIONS = Shape(Kind.OPTIONS, accepts=(str,))
HOSTS = Shape(Kind.HOSTS, item=TEXT, key=keys.whole, expand=hosts)

ULIMIT = record(
    {"single": INTEGER, "soft": INTEGER, "hard": INTEGER},
    model="service_limits:Ulimit",
    expand=single_limit,
    merge=Merge.REPLACE,
)
ULIMITS = Shape(Kind.MAP, item=ULIMIT)


def file_mount(model: str, key: object) -> Shape:
    """An entry of a service's `secrets` or `configs`."""
    fields = {"source": TEXT, "target": TEXT, "uid": TEXT, "gid": TEXT, "mode": MODE}
    return sequence(record(fields, model=model, expand=under("source")), key=key)


def hook(*, own_container: bool = False) -> Shape:
    fields = {
        "command": COMMAND,
        "user": TEXT,
        "privileged": BOOLEAN,
        "working_dir": TEXT,
        "environment": ENVIRONMENT,
    }
    if own_container:
        more = {"image": TEXT, "per_replica": BOOLEAN}
        return record({**fields, **more}, model="lifecycle:Hook")
    return record(fields, model="lifecycle:Hook", required=("command",))


HOOK = hook()
INIT_HOOK = hook(own_container=True)
