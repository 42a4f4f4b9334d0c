"""Trees as tar streams and back: what is in them, and what must never be written."""

from __future__ import annotations

import io
import os
import stat
import tarfile
from pathlib import Path

import pytest

from composer.errors import ComposerError
from composer.execute.packing import Unpacker, UnsafeArchive, pack


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A file, a secret one, a folder that may not be written to, links, a hard link, a pipe, a socket's place."""
    root = tmp_path / "tree"
    (root / "sub" / "deep").mkdir(parents=True)
    (root / "file").write_bytes(b"x" * 300_000)
    (root / "secret").write_text("s")
    (root / "secret").chmod(0o600)
    (root / "sub" / "deep" / "empty").touch()
    (root / "sub" / "link").symlink_to("../file")
    (root / "absolute").symlink_to("/etc/passwd")
    (root / "hard").hardlink_to(root / "file")
    os.mkfifo(root / "pipe")
    os.utime(root / "sub", (1_000_000_000, 1_000_000_000))
    (root / "sub").chmod(0o555)
    return root


def described(root: Path) -> dict[str, tuple[str, int, object]]:
    """Kind, mode and content of everything below."""
    found: dict[str, tuple[str, int, object]] = {}
    for path in sorted(root.rglob("*")):
        mode = path.lstat().st_mode
        content: object = None
        if path.is_symlink():
            mode, content = 0, str(path.readlink())
        elif path.is_file():
            content = path.read_bytes()
        found[str(path.relative_to(root))] = (oct(stat.S_IFMT(path.lstat().st_mode)), stat.S_IMODE(mode), content)
    return found


def packed(source: Path | str, name: str) -> io.BytesIO:
    memory = io.BytesIO()
    pack(memory, str(source), name)
    memory.seek(0)
    return memory


def test_there_and_back(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    Unpacker(str(tmp_path / "out"), root="root", name="new", owners=False).unpack(packed(tree, "root"))
    assert described(tmp_path / "out" / "new") == described(tree)
    assert (tmp_path / "out" / "new" / "sub").stat().st_mtime == 1_000_000_000
    assert (tmp_path / "out" / "new" / "hard").samefile(tmp_path / "out" / "new" / "file")


def test_contents_alone(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    Unpacker(str(tmp_path / "out"), root="", name="", owners=False).unpack(packed(tree, ""))
    assert described(tmp_path / "out") == described(tree)


def test_one_file_over_another(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("new")
    (tmp_path / "b").write_text("old and longer")
    Unpacker(str(tmp_path), root="a", name="b", owners=False).unpack(packed(tmp_path / "a", "a"))
    assert (tmp_path / "b").read_text() == "new"


def test_a_link_is_packed_as_a_link(tree: Path) -> None:
    with tarfile.open(fileobj=packed(tree / "absolute", "x")) as tar:
        (member,) = tar.getmembers()
    assert (member.name, member.linkname) == ("x", "/etc/passwd")


def archive(*members: tuple[str, bytes, str]) -> io.BytesIO:
    """(name, tar type, link's target) each; files hold their own name."""
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w") as tar:
        for name, kind, target in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            content = name.encode() if kind == tarfile.REGTYPE else b""
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    memory.seek(0)
    return memory


HOSTILE = {
    "climbs out": [("root/../../evil", tarfile.REGTYPE, "")],
    "begins elsewhere": [("other/evil", tarfile.REGTYPE, "")],
    "through a link": [("root/way", tarfile.SYMTYPE, "../.."), ("root/way/evil", tarfile.REGTYPE, "")],
    "through an absolute link": [("root/way", tarfile.SYMTYPE, "/tmp"), ("root/way/evil", tarfile.REGTYPE, "")],
    "hard link to the outside": [("root/way", tarfile.LNKTYPE, "root/../../../precious")],
    "hard link through a link": [
        ("root/way", tarfile.SYMTYPE, "../.."),
        ("root/x", tarfile.LNKTYPE, "root/way/precious"),
    ],
}


@pytest.mark.parametrize("how", HOSTILE)
def test_nothing_is_written_outside(tmp_path: Path, how: str) -> None:
    out = tmp_path / "in" / "out"
    (out / "root").mkdir(parents=True)
    (tmp_path / "precious").write_text("mine")
    with pytest.raises(UnsafeArchive):
        Unpacker(str(out), root="root", name="root", owners=False).unpack(archive(*HOSTILE[how]))
    assert sorted(path.name for path in tmp_path.rglob("*") if path.name in ("evil", "x")) == []
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_link_in_the_way_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / "root").symlink_to(tmp_path)
    (out / "file").symlink_to(tmp_path / "precious")
    Unpacker(str(out), root="", name="", owners=False).unpack(
        archive(("root", tarfile.DIRTYPE, ""), ("root/new", tarfile.REGTYPE, ""), ("file", tarfile.REGTYPE, ""))
    )
    assert ((tmp_path / "precious").read_text(), (out / "file").read_text()) == ("mine", "file")
    assert ((out / "root" / "new").read_text(), (tmp_path / "new").exists()) == ("root/new", False)


def test_a_damaged_archive(tmp_path: Path) -> None:
    with pytest.raises(ComposerError, match="the archive is damaged"):
        Unpacker(str(tmp_path), root="", name="", owners=False).unpack(io.BytesIO(b"x" * 2000))
