"""Container output on its way to the terminal: `web-1  | text`, a stable colour per service.

Takes stamped lines in bulk (see `composer.stamps`), never one by one, so that output of many megabytes a second
passes. Must not know: where lines come from, rich.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol

from composer.stamps import TEXT, by_time, lines_of
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# Far enough apart to be told from each other on dark and light backgrounds; bright ones come second.
COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
RESET = b"\033[0m"
STDERR = 2


@value(kw_only=True)
class Said:
    """Stamped lines of one stream of a container; `label` as in `web-1`."""

    label: str
    service: str
    container: str
    stream: int
    lines: Sequence[bytes]


class LogForm(Protocol):
    """How lines are written; `put` and `announce` as `LogOutput` has them."""

    def dress(self, said: Said) -> list[bytes]: ...
    def remark(self, label: str, text: str, service: str) -> bytes: ...


class LogOutput:
    """Writes lines in a form. `errors`: where what containers wrote to stderr goes, if not to `stream`; `remarks`: the
    same for remarks. `keep`: which lines are shown at all, by their text."""

    def __init__(
        self,
        stream: BinaryIO,
        form: LogForm,
        *,
        errors: BinaryIO | None = None,
        remarks: BinaryIO | None = None,
        keep: Callable[[bytes], bool] | None = None,
    ) -> None:
        self._stream = stream
        self._errors = errors or stream
        self._remarks = remarks or stream
        self._form = form
        self._keep = keep

    def write(self, label: str, stream: int, data: bytes, *, service: str = "", container: str = "") -> None:
        """Stamped whole lines of the container `label` (`web-1`). `stream` is 1 or 2."""
        lines = lines_of(data)
        self.write_together([Said(label=label, service=service, container=container, stream=stream, lines=lines)])

    def write_together(self, groups: Sequence[Said]) -> None:
        """Lines of many containers, in the order of their stamps."""
        for target in (self._stream, self._errors) if self._errors is not self._stream else (self._stream,):
            mine = [one for one in groups if (self._errors if one.stream == STDERR else self._stream) is target]
            self._put(target, mine)

    def announce(self, label: str, text: str, *, service: str = "") -> None:
        """A line about the container in the place of its output: `web-1 exited with code 0`."""
        self._remarks.write(self._form.remark(label, text, service))
        self._remarks.flush()

    def _put(self, target: BinaryIO, groups: Sequence[Said]) -> None:
        if self._keep is not None:
            groups = [_kept(one, self._keep) for one in groups]
        shown = by_time([(one.lines, self._form.dress(one)) for one in groups if one.lines])
        if shown:
            target.write(b"\n".join(shown) + b"\n")
            target.flush()


class TextForm:
    """Lines with the container's label before them.

    `services` in the order in which they get their colours; `labels` are those expected, for the width of
    the prefix (a longer one that comes later widens it from then on). `marks`: stderr is marked `!`."""

    def __init__(
        self,
        *,
        services: Iterable[str] = (),
        labels: Iterable[str] = (),
        colour: bool = False,
        prefix: bool = True,
        timestamps: bool = False,
        marks: bool = False,
    ) -> None:
        self._order = {service: place for place, service in enumerate(dict.fromkeys(services))}
        self._width = max(map(len, labels), default=0)
        self._colour = colour
        self._prefix = prefix
        self._timestamps = timestamps
        self._marks = marks
        self._prefixes: dict[tuple[str, bool], bytes] = {}

    def dress(self, said: Said) -> list[bytes]:
        prefix = self._prefix_of(said)
        if self._timestamps:
            return [prefix + line for line in said.lines]
        return [prefix + line[TEXT:] for line in said.lines]

    def remark(self, label: str, text: str, service: str) -> bytes:
        line = text.encode()
        if self._colour and self._prefix:
            line = self._paint(service or _service(label)) + line + RESET
        return line + b"\n"

    def _prefix_of(self, said: Said) -> bytes:
        if not self._prefix:
            return b""
        marked = self._marks and said.stream == STDERR
        known = self._prefixes.get((said.label, marked))
        return known or self._new_prefix(said.label, said.service or _service(said.label), marked=marked)

    def _new_prefix(self, label: str, service: str, *, marked: bool) -> bytes:
        if len(label) > self._width:
            self._width = len(label)
            self._prefixes.clear()
        text = f"{label:<{self._width}}  {'!' if marked else '|'} ".encode()
        if self._colour:
            text = self._paint(service) + text + RESET
        self._prefixes[label, marked] = text
        return text

    def _paint(self, service: str) -> bytes:
        place = self._order.setdefault(service, len(self._order))
        return b"\033[%dm" % COLOURS[place % len(COLOURS)]


class JsonForm:
    """An object a line: time, service, container, stream, line."""

    def dress(self, said: Said) -> list[bytes]:
        import json  # noqa: PLC0415 - only for --json

        stream = "stderr" if said.stream == STDERR else "stdout"
        head = json.dumps({"service": said.service, "container": said.container, "stream": stream}, ensure_ascii=False)
        middle = f'Z", {head[1:-1]}, "line": '
        return [
            f'{{"time": "{line[: TEXT - 2].decode()}{middle}{json.dumps(_text(line), ensure_ascii=False)}}}'.encode()
            for line in said.lines
        ]

    def remark(self, label: str, text: str, service: str) -> bytes:
        del label, service
        return text.encode() + b"\n"


def keeping(search: Callable[[str], object]) -> Callable[[bytes], bool]:
    """Lines whose text a regular expression's `search` finds something in."""
    return lambda text: bool(search(text.decode(errors="surrogateescape")))


def _kept(said: Said, keep: Callable[[bytes], bool]) -> Said:
    from dataclasses import replace  # noqa: PLC0415 - only for --grep

    return replace(said, lines=[line for line in said.lines if keep(line[TEXT:])])


def _text(line: bytes) -> str:
    """A terminal ends its lines with a carriage return."""
    return line[TEXT:].removesuffix(b"\r").decode(errors="replace")


def _service(label: str) -> str:
    """The service of a replica label: `web` for `web-1`."""
    return label.rpartition("-")[0] or label
