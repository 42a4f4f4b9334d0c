"""The exchange of files, against a builder made of a list of packets."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from composer.build.tree import Entry
from composer.engine.buildkit import wireformat as wire
from composer.engine.buildkit.filesync import (
    DATA,
    FINISH,
    REQUEST,
    STAT,
    FileSync,
    Folder,
    Source,
    Texts,
    entry_message,
    go_mode,
    packet,
)
from composer.engine.buildkit.grpc import Refused
from composer.engine.buildkit.wireformat import Message
from composer.errors import ComposerError


class Builder:
    """Asks for `wanted` places, in that order, once it has been told all entries."""

    def __init__(self, wanted: list[int], **headers: str) -> None:
        self.headers: Mapping[str, str] = {name.replace("_", "-"): value for name, value in headers.items()}
        self.wanted = wanted
        self.told: list[str] = []
        self.contents: dict[int, bytes] = {}
        self.ended: list[int] = []

    def send(self, message: bytes) -> None:
        got = Message(message)
        kind, place = got.number(1), got.number(3)
        if kind == STAT:
            self.told.append(entry.text(1) if (entry := got.message(2)) else "")
        elif kind == DATA and got.blob(4):
            self.contents[place] = self.contents.get(place, b"") + got.blob(4)
        elif kind == DATA:
            self.ended.append(place)
        else:
            self.told.append("the end")

    def send_all(self, messages: list[bytes]) -> None:
        for message in messages:
            self.send(message)

    def __iter__(self) -> Iterator[bytes]:
        for place in self.wanted:
            yield packet(REQUEST, place=place)
        yield packet(FINISH)


def sync(builder: Builder, source: Source) -> None:
    FileSync({"context": source})(builder)  # type: ignore[arg-type]


@pytest.fixture
def context(tmp_path: Path) -> Folder:
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir/big").write_bytes(b"0123456789" * 50_000)
    (tmp_path / "empty").touch()
    (tmp_path / "file").write_text("text")
    return Folder(str(tmp_path))


def test_only_what_is_asked_for_travels(context: Folder) -> None:
    builder = Builder([3, 1, 2], dir_name="context")
    sync(builder, context)
    assert builder.told == ["dir", "dir/big", "empty", "file", "", "the end"]
    assert builder.contents == {3: b"text", 1: b"0123456789" * 50_000}
    assert builder.ended == [3, 1, 2]


def test_patterns_are_obeyed_also_when_they_are_quoted(context: Folder) -> None:
    builder = Builder([], dir_name="context", exclude_patterns="*\n!dir", followpaths="dir/b*\nempty")
    sync(builder, context)
    assert builder.told == ["dir", "dir/big", "", "the end"]
    quoted = Builder([], dir_name="context", include_patterns="dir%2Fbig", include_patterns_encoded="1")
    sync(quoted, context)
    assert quoted.told == ["dir", "dir/big", "", "the end"]


def test_texts_are_files_too() -> None:
    builder = Builder([0], dir_name="context")
    sync(builder, Texts({"Dockerfile": "FROM ä"}))
    assert (builder.told, builder.contents) == (["Dockerfile", "", "the end"], {0: "FROM ä".encode()})


@pytest.mark.parametrize("place", [0, 99])
def test_what_has_no_content_is_refused(context: Folder, place: int) -> None:
    with pytest.raises(Refused, match=f"invalid file id {place}"):
        sync(Builder([place], dir_name="context"), context)


def test_a_folder_that_was_not_offered_is_refused(context: Folder) -> None:
    with pytest.raises(Refused, match="no access allowed to dir 'secrets'"):
        sync(Builder([], dir_name="secrets"), context)


def test_a_file_that_is_gone_meanwhile_is_named(context: Folder) -> None:
    class Late(Builder):
        def __iter__(self) -> Iterator[bytes]:
            (Path(context.path) / "file").unlink()
            yield from super().__iter__()

    with pytest.raises(ComposerError, match=r"cannot read .*/file: No such file or directory"):
        sync(Late([3], dir_name="context"), context)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (stat.S_IFREG | 0o644, 0o644),
        (stat.S_IFREG | 0o4755, 1 << 23 | 0o755),
        (stat.S_IFDIR | 0o1777, 1 << 31 | 1 << 20 | 0o777),
        (stat.S_IFLNK | 0o777, 1 << 27 | 0o777),
        (stat.S_IFIFO | 0o2600, 1 << 25 | 1 << 22 | 0o600),
        (stat.S_IFCHR | 0o600, 1 << 26 | 1 << 21 | 0o600),
    ],
)
def test_modes_as_go_has_them(mode: int, expected: int) -> None:
    assert go_mode(mode) == expected


def test_an_entry_in_bytes() -> None:
    entry = Entry("a/b", stat.S_IFREG | 0o644, 5, 7, attributes={"user.x": b"\x01"})
    message = Message(entry_message(entry))
    assert (message.text(1), message.number(2), message.number(5), message.number(6)) == ("a/b", 0o644, 5, 7)
    assert [(each.text(1), each.blob(2)) for each in message.messages(10)] == [("user.x", b"\x01")]
    assert entry_message(Entry("\udcff", 0)) == wire.blob(1, b"\xff")
