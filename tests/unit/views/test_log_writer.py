"""Container output: whole lines, prefixed and aligned, a colour per service, nothing lost."""

from __future__ import annotations

import io

from composer.views.logs import LogWriter


def writer(**options: object) -> tuple[LogWriter, io.BytesIO]:
    stream = io.BytesIO()
    return LogWriter(stream, **options), stream  # type: ignore[arg-type]


def test_prefixes_are_aligned() -> None:
    log, stream = writer(labels=["web-1", "worker-10"])
    log.write("web-1", 1, b"one\ntwo\n")
    log.write("worker-10", 2, b"three\n")
    assert stream.getvalue() == b"web-1      | one\nweb-1      | two\nworker-10  | three\n"


def test_a_longer_label_that_comes_later_widens_the_rest() -> None:
    log, stream = writer(labels=["a-1"])
    log.write("a-1", 1, b"x\n")
    log.write("longer-1", 1, b"y\n")
    log.write("a-1", 1, b"z\n")
    assert stream.getvalue() == b"a-1  | x\nlonger-1  | y\na-1       | z\n"


def test_pieces_of_lines_wait_for_their_end_and_do_not_mix() -> None:
    log, stream = writer(labels=["a-1"])
    log.write("a-1", 1, b"hel")
    log.write("a-1", 2, b"error\n")
    log.write("b-1", 1, b"other\n")
    log.write("a-1", 1, b"lo\nwor")
    assert stream.getvalue() == b"a-1  | error\nb-1  | other\na-1  | hello\n"
    log.finish("a-1")
    log.finish("a-1")
    assert stream.getvalue().endswith(b"a-1  | hello\na-1  | wor\n")


def test_without_prefix_bytes_pass_unchanged() -> None:
    log, stream = writer(prefix=False, colour=True)
    log.write("a-1", 1, b"\xff\x00binary\r\n\nx\n")
    assert stream.getvalue() == b"\xff\x00binary\r\n\nx\n"


def test_empty_lines_keep_their_place() -> None:
    log, stream = writer()
    log.write("a-1", 1, b"\n\nx\n")
    assert stream.getvalue() == b"a-1  | \na-1  | \na-1  | x\n"


def test_a_service_keeps_its_colour_whoever_speaks_first() -> None:
    def colours(*labels: str) -> dict[bytes, bytes]:
        log, stream = writer(services=["db", "web"], colour=True)
        for label in labels:
            log.write(label, 1, b"x\n")
        return {line[5:].split(b" ")[0]: line[:5] for line in stream.getvalue().splitlines()}

    assert colours("db-1", "web-1", "web-2") == colours("web-2", "web-1", "db-1")
    assert colours("web-1", "web-2") == {b"web-1": b"\033[33m", b"web-2": b"\033[33m"}


def test_a_coloured_line() -> None:
    log, stream = writer(services=["db"], colour=True)
    log.write("db-1", 1, b"ready\n")
    assert stream.getvalue() == b"\033[36mdb-1  | \033[0mready\n"


def test_an_announcement_comes_after_the_last_piece() -> None:
    log, stream = writer(services=["db"])
    log.write("db-1", 1, b"bye")
    log.announce("db-1", "db-1 exited with code 0")
    assert stream.getvalue() == b"db-1  | bye\ndb-1 exited with code 0\n"
