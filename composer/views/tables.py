"""Tables as the docker command line prints them, and narrower ones for a narrow terminal.

Without a width the text is exactly the reference's: columns at least `minimum` wide, some spaces
between, the last not padded. With a width, columns shrink and then go until every row fits. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.views.cells import clean, clip, width

if TYPE_CHECKING:
    from collections.abc import Sequence

PADDING = 3
GAP = 2  # between columns when room is short
FLOOR = 8  # a dispensable column is not cut below this: it goes
WHOLE = 1 << 16  # a floor for columns of which a part would say nothing: they go


def table_text(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    columns: int | None = None,
    minimum: int = 10,
    padding: int = PADDING,
    floor: int = FLOOR,
    dispensable: Sequence[str] = (),
) -> str:
    """The table, each line with a newline. `columns`: the terminal's width, None for no limit;
    `dispensable`: headers in the order in which their columns are left out when there is no room; before that they
    are cut to `floor`."""
    table = [list(headers), *([clean(cell) for cell in row] for row in rows)]
    widths = natural_widths(table, minimum=minimum, padding=padding)
    if columns is not None and total(widths, table) > columns:
        table, widths = _fit(table, columns, dispensable, floor)
    return "".join(_line(row, widths) + "\n" for row in table)


def natural_widths(table: Sequence[Sequence[str]], *, minimum: int, padding: int = PADDING) -> list[int]:
    """Column widths with padding, as Go's tabwriter computes them."""
    return [max(minimum, padding + max(map(width, cells))) for cells in zip(*table, strict=True)]


def total(widths: Sequence[int], table: Sequence[Sequence[str]]) -> int:
    """Columns the widest row takes."""
    return sum(widths[:-1]) + max(width(row[-1]) for row in table)


def _fit(
    table: list[list[str]], columns: int, dispensable: Sequence[str], floor: int
) -> tuple[list[list[str]], list[int]]:
    """Cells cut and columns dropped so that no row is wider than `columns`. The dispensable ones are cut
    first, then dropped one by one; the others are cut only when they are alone."""
    while True:
        room = columns - (len(table[0]) - 1) * GAP
        wanted = [max(map(width, cells)) for cells in zip(*table, strict=True)]
        extra = [place for place, header in enumerate(table[0]) if header in dispensable]
        left = room - sum(wanted[place] for place in range(len(wanted)) if place not in extra)
        kept = shrink([wanted[place] for place in extra], left)
        if not extra:
            widths = shrink(wanted, room)
            break
        if left > 0 and all(keep >= min(wanted[place], floor) for place, keep in zip(extra, kept, strict=True)):
            widths = [dict(zip(extra, kept, strict=True)).get(place, wanted[place]) for place in range(len(wanted))]
            break
        gone = table[0].index(next(header for header in dispensable if header in table[0]))
        table = [row[:gone] + row[gone + 1 :] for row in table]
    fitted = [[clip(cell, keep) for cell, keep in zip(row, widths, strict=True)] for row in table]
    return fitted, [keep + GAP for keep in widths]


def shrink(wanted: Sequence[int], room: int) -> list[int]:
    """Widths that sum to at most `room`, taken from the widest columns first."""
    kept = list(wanted)
    while sum(kept) > max(room, 0):
        widest = max(kept)
        below = max((size for size in kept if size < widest), default=0)
        number = kept.count(widest)
        lower = max(below, widest - -(-(sum(kept) - max(room, 0)) // number))
        excess = sum(kept) - max(room, 0)
        for place, size in enumerate(kept):
            if size == widest and excess > 0:
                taken = min(widest - lower, excess)
                kept[place] -= taken
                excess -= taken
    return kept


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [cell + " " * (space - width(cell)) for cell, space in zip(row[:-1], widths, strict=False)]
    return "".join([*cells, row[-1]])
