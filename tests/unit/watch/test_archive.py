"""Archives of files: owners, links, bounded size."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from composer.watch import archive
from composer.watch.archive import archives


def members(data: bytes) -> list[tuple[str, int, int, str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return [
            (
                each.name,
                each.uid,
                each.mode,
                each.linkname,
                (content.read() if (content := tar.extractfile(each)) else b""),
            )
            if each.isreg()
            else (each.name, each.uid, each.mode, each.linkname, b"")
            for each in tar
        ]


def test_owners_stay_as_numbers_and_modes_and_links_too(tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_text("echo")
    (tmp_path / "run.sh").chmod(0o750)
    (tmp_path / "link").symlink_to("run.sh")
    (tmp_path / "other").hardlink_to(tmp_path / "run.sh")
    (tmp_path / "folder").mkdir(mode=0o700)
    owner = os.getuid()
    if owner == 0:  # only root may give files away
        owner = 1234
        os.chown(tmp_path / "run.sh", owner, owner)
    names = ("run.sh", "link", "other", "folder", "gone")
    (data,) = archives((str(tmp_path / name), f"/app/{name}") for name in names)
    assert members(data) == [
        ("app/run.sh", owner, 0o750, "", b"echo"),
        ("app/link", os.getuid(), 0o777, "run.sh", b""),
        ("app/other", owner, 0o750, "", b"echo"),
        ("app/folder", os.getuid(), 0o700, "", b""),
    ]


def test_many_files_are_several_archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LIMIT", 4096)
    for number in range(4):
        (tmp_path / str(number)).write_bytes(bytes(2048))
    made = list(archives((str(tmp_path / str(number)), f"/{number}") for number in range(4)))
    assert [[name for name, *_ in members(data)] for data in made] == [["0", "1"], ["2", "3"]]


def test_nothing_to_send_is_no_archive(tmp_path: Path) -> None:
    assert list(archives([(str(tmp_path / "gone"), "/gone")])) == []
