"""File events: what editors and tools do to files is noticed, whatever way they do it."""

from __future__ import annotations

import queue
from pathlib import Path

import pytest

from composer.errors import ComposerError
from composer.watch.notice import Blind, Noticed, Notices, needs_polling

PATIENCE = 20.0

MOUNTS = """\
24 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 24 0:33 / /mnt/share rw - nfs4 server:/x rw
31 24 0:34 / /mnt/my\\040share rw - fuse.sshfs host: rw
"""


class Told:
    def __init__(self, *paths: Path, polls: bool = False) -> None:
        self._queue: queue.SimpleQueue[Noticed | Blind] = queue.SimpleQueue()
        self.notices = Notices([str(path) for path in paths], self._queue.put, polls=polls)
        self.notices.start()

    def until(self, path: Path) -> None:
        while True:
            news = self._queue.get(timeout=PATIENCE)
            assert isinstance(news, Noticed)
            if str(path) in news.paths:
                return

    def until_written(self, path: Path) -> None:
        """Until `path` itself is told. A word about its folder means all in it, and that the folder is watched from
        then on: the file is written once more."""
        path.write_text("1")
        while True:
            news = self._queue.get(timeout=PATIENCE)
            assert isinstance(news, Noticed)
            if str(path) in news.paths:
                return
            if str(path.parent) in news.paths:
                path.write_text("2")


@pytest.mark.parametrize("polls", [False, True])
def test_files_in_a_folder(tmp_path: Path, polls: bool) -> None:
    (tmp_path / "deep").mkdir()
    told = Told(tmp_path, polls=polls)
    (tmp_path / "deep/a.txt").write_text("1")
    told.until(tmp_path / "deep/a.txt")
    (tmp_path / "deep/a.txt").unlink()
    told.until(tmp_path / "deep/a.txt")
    told.notices.close()


def test_a_file_that_editors_replace(tmp_path: Path) -> None:
    watched = tmp_path / "conf.ini"
    watched.write_text("1")
    told = Told(watched)
    for text in ("2", "3"):
        (tmp_path / "draft").write_text(text)
        (tmp_path / "draft").rename(watched)
        told.until(watched)
    watched.write_text("4")
    told.until(watched)
    told.notices.close()


def test_a_folder_in_the_place_of_the_one_that_was_watched(tmp_path: Path) -> None:
    source = tmp_path / "src"
    source.mkdir()
    told = Told(source)
    source.rename(tmp_path / "old")
    told.until(source)
    source.mkdir()
    told.until_written(source / "a.txt")
    told.notices.close()


def test_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    told = Told(tmp_path / "src")
    (tmp_path / "src").mkdir()
    told.until_written(tmp_path / "src/a.txt")
    told.notices.close()


def test_nor_those_above_it(tmp_path: Path) -> None:
    told = Told(tmp_path / "deep/er/src")
    (tmp_path / "deep/er/src").mkdir(parents=True)
    told.until(tmp_path / "deep")
    told.notices.close()


def test_what_can_never_be_a_folder_cannot_be_watched(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ComposerError, match="is no folder"):
        Notices([str(tmp_path / "file/no/where")], print, polls=False)


def test_where_changes_are_not_told() -> None:
    assert not needs_polling(["/srv/app"], {}, MOUNTS)
    assert needs_polling(["/srv/app", "/mnt/share/app"], {}, MOUNTS)
    assert needs_polling(["/mnt/my share"], {}, MOUNTS)
    assert not needs_polling(["/mnt/shared"], {}, MOUNTS)
    assert needs_polling(["/srv/app"], {"COMPOSER_WATCH_POLL": "1"}, MOUNTS)
