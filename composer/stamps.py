"""Log lines that begin with the moment they were written at, as the engine stamps them: 30 characters and a space.

`2026-01-02T03:04:05.678901234Z text`. Fixed in width, so that lines compare by time as bytes do, and in bulk: none of
this looks at a line for itself unless it must. Pure. Must not know: where lines come from, how they are shown.
"""

from __future__ import annotations

from functools import partial
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

WIDTH = 30
TEXT = WIDTH + 1  # where the text of a line begins
_STAMP: Callable[[bytes], bytes] = itemgetter(slice(WIDTH))


def stamped(data: bytes, nanoseconds: int) -> bytes:
    """Whole lines with a stamp of that time (since 1970) before each."""
    from datetime import UTC, datetime  # noqa: PLC0415 - for lines that have none of their own

    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    stamp = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z ".encode()
    return b"".join(stamp + line + b"\n" for line in lines_of(data))


def lines_of(data: bytes) -> list[bytes]:
    """The lines of stamped data that ends with a newline, each without it."""
    return data[:-1].split(b"\n")


def by_time(groups: Sequence[tuple[Sequence[bytes], Sequence[bytes]]]) -> list[bytes]:
    """What is to be shown for stamped lines, in the order of their stamps. Each group: the lines, and what is shown for
    each. Equal stamps stay in the order of the groups; a group's own order is kept where its stamps ascend."""
    if len(groups) == 1:
        return list(groups[0][1])
    together = list(chain.from_iterable(shown for _, shown in groups))
    stamps = map(_STAMP, chain.from_iterable(lines for lines, _ in groups))
    # `sort` asks for the key of each in their order: the next stamp, whatever it is asked about.
    together.sort(key=partial(next, stamps))
    return together


def latest(lines: Iterable[bytes]) -> bytes:
    """The greatest stamp."""
    return max(lines)[:WIDTH]


def before(stamp: bytes, nanoseconds: int) -> bytes:
    """The stamp of so much earlier, at most a second; b"" before the year 1."""
    rest = int(stamp[20:29]) - nanoseconds
    if rest >= 0:
        return b"%b.%09dZ" % (stamp[:19], rest)
    from datetime import datetime, timedelta  # noqa: PLC0415 - where a second begins

    try:
        second = datetime.fromisoformat(stamp[:19].decode("ascii")) - timedelta(seconds=1)
    except OverflowError:
        return b""
    return f"{second:%Y-%m-%dT%H:%M:%S}.{rest + 1_000_000_000:09d}Z".encode()


def stamp_seconds(stamp: bytes) -> str:
    """A stamp as the engine's `since` wants it: seconds since 1970 with nine digits."""
    from datetime import UTC, datetime  # noqa: PLC0415 - only when a log is taken up again

    whole, _, fraction = stamp.decode("ascii").removesuffix("Z").partition(".")
    seconds = int(datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp())
    return f"{seconds}.{fraction:0<9}"


def normal_stamp(text: bytes) -> bytes:
    """A stamp of another engine (`2026-01-02T03:04:05.6+01:00`) as ours; the year 1 if it is none."""
    import re  # noqa: PLC0415 - other engines only
    from datetime import UTC, datetime  # noqa: PLC0415

    try:
        moment = datetime.fromisoformat(text.decode("ascii"))
    except ValueError:
        return b"0001-01-01T00:00:00.000000000Z"
    digits = b"".join(re.findall(rb"\.(\d+)", text)[:1])
    utc = moment.astimezone(UTC) if moment.tzinfo else moment
    return f"{utc:%Y-%m-%dT%H:%M:%S}.".encode() + (digits + b"0" * 9)[:9] + b"Z"
