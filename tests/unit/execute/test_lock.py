"""One command at a time: who waits, who is refused, who is told. Real locks, two of them in one process."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from composer.errors import ProjectBusy
from composer.execute.lock import Holder, ProjectLock, lock_file

PATIENCE = 15.0


def lock(folder: Path, verb: str = "up") -> ProjectLock:
    return ProjectLock(str(folder / "deep" / "shop.lock"), project="shop", verb=verb)


def test_the_second_waits_and_is_told_for_whom(tmp_path: Path) -> None:
    first, second = lock(tmp_path).acquire(), lock(tmp_path, "down")
    told: list[Holder] = []
    waiting, done = threading.Event(), threading.Event()

    def wait() -> None:
        second.acquire(on_wait=lambda holder: (told.append(holder), waiting.set()))
        done.set()

    thread = threading.Thread(target=wait)
    thread.start()
    assert waiting.wait(PATIENCE)
    assert not done.is_set()
    first.release()
    assert done.wait(PATIENCE)
    thread.join()
    assert told == [Holder(os.getpid(), "up")]
    assert str(told[0]) == f"`composer up`, process {os.getpid()}"
    second.release()


def test_a_free_lock_is_taken_without_a_word(tmp_path: Path) -> None:
    told: list[Holder] = []
    for _ in range(2):
        with lock(tmp_path).acquire(timeout=0, on_wait=told.append):
            pass
    assert told == []


@pytest.mark.parametrize(("timeout", "waited"), [(0.0, ""), (0.01, " and was not done after 0.01s")])
def test_no_longer_than_one_wants_to_wait(tmp_path: Path, timeout: float, waited: str) -> None:
    with lock(tmp_path, "restart").acquire():
        with pytest.raises(ProjectBusy) as caught:
            lock(tmp_path).acquire(timeout=timeout)
        holder = f"`composer restart`, process {os.getpid()}"
        assert caught.value.message == f'project "shop" is being changed by {holder}{waited}'
    lock(tmp_path).acquire(timeout=PATIENCE).release()  # whoever gave up does not keep it


def test_it_ends_with_its_holder(tmp_path: Path) -> None:
    file = lock(tmp_path).acquire()._file
    child = os.fork()
    if not child:  # pragma: no cover - the other process
        os.close(0)
        os._exit(0)
    os.waitpid(child, 0)  # a child that ends does not end it
    with pytest.raises(ProjectBusy):
        lock(tmp_path).acquire(timeout=0)
    assert Path(file).stat().st_mode & 0o777 == 0o600


def test_where_it_is(tmp_path: Path) -> None:
    there = {"XDG_RUNTIME_DIR": str(tmp_path)}
    real = tmp_path / "docker.sock"
    real.touch()
    (tmp_path / "link.sock").symlink_to(real)
    paths = [
        lock_file(there, address=f"unix://{real}", project="shop"),
        lock_file(there, address=f"unix://{tmp_path}/link.sock", project="shop"),
        lock_file(there, address=f"unix://{real}", project="blog"),
        lock_file(there, address="tcp://far:2375", project="shop"),
    ]
    assert paths[0] == paths[1]
    assert len(set(paths)) == 3
    assert Path(paths[0]).parent == tmp_path / "composer"
    elsewhere = lock_file({"TMPDIR": "/var/tmp", "XDG_RUNTIME_DIR": "/no/such"}, address="", project="shop")
    assert str(Path(elsewhere).parent) == f"/var/tmp/composer-{os.getuid()}"


def test_without_a_place_there_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "deep").write_text("no folder")
    for _ in range(2):
        lock(tmp_path).acquire(timeout=0)


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "precious").write_text("content")
    (tmp_path / "deep" / "shop.lock").symlink_to(tmp_path / "precious")
    lock(tmp_path).acquire().release()
    assert (tmp_path / "precious").read_text() == "content"
