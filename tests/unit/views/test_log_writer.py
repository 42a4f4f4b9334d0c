"""Container output: whole lines, prefixed and aligned, a colour per service, in the order of time, nothing lost."""

from __future__ import annotations

import io
import json
import re
from typing import Any

from composer.views.logs import JsonForm, LogOutput, Said, TextForm, keeping


def stamp(nanoseconds: int) -> bytes:
    return b"2026-01-02T03:04:05.%09dZ " % nanoseconds


def stamped(data: bytes, first: int = 1) -> bytes:
    return b"".join(stamp(first + at) + line for at, line in enumerate(data.splitlines(keepends=True)))


def writer(**options: Any) -> tuple[LogOutput, io.BytesIO]:
    stream = io.BytesIO()
    return LogOutput(stream, TextForm(**options)), stream


def said(label: str, *lines: tuple[int, bytes], stream: int = 1) -> Said:
    service = label.partition("-")[0]
    texts = tuple(stamp(at) + text for at, text in lines)
    return Said(label=label, service=service, container=f"shop-{label}", stream=stream, lines=texts)


def test_prefixes_are_aligned() -> None:
    log, stream = writer(labels=["web-1", "worker-10"])
    log.write("web-1", 1, stamped(b"one\ntwo\n"))
    log.write("worker-10", 2, stamped(b"three\n"))
    assert stream.getvalue() == b"web-1      | one\nweb-1      | two\nworker-10  | three\n"


def test_a_longer_label_that_comes_later_widens_the_rest() -> None:
    log, stream = writer(labels=["a-1"])
    for label, text in (("a-1", b"x\n"), ("longer-1", b"y\n"), ("a-1", b"z\n")):
        log.write(label, 1, stamped(text))
    assert stream.getvalue() == b"a-1  | x\nlonger-1  | y\na-1       | z\n"


def test_without_prefix_bytes_pass_unchanged() -> None:
    log, stream = writer(prefix=False, colour=True)
    log.write("a-1", 1, stamp(1) + b"\xff\x00binary\r\n" + stamp(2) + b"\n" + stamp(3) + b"x\n")
    assert stream.getvalue() == b"\xff\x00binary\r\n\nx\n"


def test_empty_lines_keep_their_place() -> None:
    log, stream = writer()
    log.write("a-1", 1, stamp(1) + b"\n" + stamp(2) + b"\n" + stamp(3) + b"x\n")
    assert stream.getvalue() == b"a-1  | \na-1  | \na-1  | x\n"


def test_stamps_are_shown_when_they_are_wanted() -> None:
    log, stream = writer(timestamps=True)
    log.write("a-1", 1, stamp(7) + b"x\n")
    assert stream.getvalue() == b"a-1  | 2026-01-02T03:04:05.000000007Z x\n"


def test_a_service_keeps_its_colour_whoever_speaks_first() -> None:
    def colours(*labels: str) -> dict[bytes, bytes]:
        log, stream = writer(services=["db", "web"], colour=True)
        for label in labels:
            log.write(label, 1, stamped(b"x\n"))
        return {line[5:].split(b" ")[0]: line[:5] for line in stream.getvalue().splitlines()}

    assert colours("db-1", "web-1", "web-2") == colours("web-2", "web-1", "db-1")
    assert colours("web-1", "web-2") == {b"web-1": b"\033[33m", b"web-2": b"\033[33m"}


def test_a_coloured_line() -> None:
    log, stream = writer(services=["db"], colour=True)
    log.write("db-1", 1, stamped(b"ready\n"))
    log.announce("db-1", "db-1 exited with code 0")
    assert stream.getvalue() == b"\033[36mdb-1  | \033[0mready\n\033[36mdb-1 exited with code 0\033[0m\n"


def test_lines_of_many_are_put_in_the_order_of_time() -> None:
    log, stream = writer()
    log.write_together(
        [said("a-1", (1, b"1"), (4, b"4")), said("a-1", (3, b"3"), stream=2), said("b-1", (2, b"2"), (4, b"4, too"))]
    )
    log.write_together([])
    assert stream.getvalue() == b"a-1  | 1\nb-1  | 2\na-1  | 3\na-1  | 4\nb-1  | 4, too\n"


def test_what_was_written_to_stderr_may_go_elsewhere_and_be_marked() -> None:
    out, errors = io.BytesIO(), io.BytesIO()
    log = LogOutput(out, TextForm(marks=True, labels=["a-1"]), errors=errors)
    log.write_together([said("a-1", (1, b"out")), said("a-1", (2, b"error"), stream=2)])
    assert (out.getvalue(), errors.getvalue()) == (b"a-1  | out\n", b"a-1  ! error\n")


def test_only_lines_in_which_something_is_found() -> None:
    out = io.BytesIO()
    log = LogOutput(out, TextForm(prefix=False), keep=keeping(re.compile("^n.+é").search))
    log.write("a-1", 1, stamped("nothing\nné, né\n2026\n".encode()) + stamp(9) + b"n\xff\xc3\xa9\n")
    assert out.getvalue() == "né, né\n".encode() + b"n\xff\xc3\xa9\n"


def test_objects() -> None:
    out, remarks = io.BytesIO(), io.BytesIO()
    log = LogOutput(out, JsonForm(), remarks=remarks)
    log.write_together([said("a-1", (2, b'say "x"\xff\r')), said("b-2", (1, b""), stream=2)])
    log.announce("a-1", "a-1 exited with code 0")
    first, second = map(json.loads, out.getvalue().splitlines())
    assert first == {
        "time": "2026-01-02T03:04:05.000000001Z",
        "service": "b",
        "container": "shop-b-2",
        "stream": "stderr",
        "line": "",
    }
    assert second == {**second, "container": "shop-a-1", "stream": "stdout", "line": 'say "x"\ufffd'}
    assert remarks.getvalue() == b"a-1 exited with code 0\n"
