"""Two commands on one project: the second waits and says for whom, or fails clearly."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from composer.engine.fake import FakeEngine
from composer.execute.lock import ProjectLock, lock_file
from tests.support.command_line import CommandLine, interrupt

ADDRESS = "tcp://engine:2375"


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(images=["busybox"], address=ADDRESS)


@pytest.fixture
def shop(cli: CommandLine, tmp_path: Path) -> CommandLine:
    cli.setenv(XDG_RUNTIME_DIR=str(tmp_path))
    cli.write("services: {web: {image: busybox}}")
    return cli


def lock(tmp_path: Path, verb: str) -> ProjectLock:
    file = lock_file({"XDG_RUNTIME_DIR": str(tmp_path)}, address=ADDRESS, project="shop")
    return ProjectLock(file, project="shop", verb=verb)


@pytest.mark.parametrize("verb", ["up -d", "down", "restart"])
def test_a_command_waits_for_the_one_before(shop: CommandLine, tmp_path: Path, verb: str) -> None:
    shop.raw("up -d")
    other = lock(tmp_path, "scale").acquire()
    shown = shop.err

    def end() -> None:
        shown.until("Waiting: ")
        other.release()

    with shop.meanwhile(end):
        code, _, told = shop.raw(verb)
    assert code == 0
    waiting = f'Waiting: project "shop" is being changed by `composer scale`, process {os.getpid()}'
    assert told.splitlines()[0] == waiting


def test_a_command_may_refuse_to_wait(shop: CommandLine, tmp_path: Path) -> None:
    shop.setenv(COMPOSER_LOCK_TIMEOUT="0")
    with lock(tmp_path, "down").acquire():
        shop("up -d").says(f"""
            exit 1
            2| error: project "shop" is being changed by `composer down`, process {os.getpid()} [CMP-2409]
            2|   hint: try again when it has ended; COMPOSER_LOCK_TIMEOUT says how many seconds to wait for it
        """)
        assert shop.raw("--dry-run up -d")[0] == 0
        assert shop.raw("ps")[0] == 0
    assert shop.changes() == []
    assert shop.raw("up -d")[0] == 0


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "1e9"])
def test_a_time_limit_is_a_number(shop: CommandLine, text: str) -> None:
    shop.setenv(COMPOSER_LOCK_TIMEOUT=text)
    shop("up -d").says(f"""
        exit 1
        2| error: COMPOSER_LOCK_TIMEOUT is '{text}' [CMP-0001]
        2|   hint: Give a number of seconds; 0 does not wait.
    """)


def test_ctrl_c_ends_the_wait(shop: CommandLine, tmp_path: Path) -> None:
    other = lock(tmp_path, "up").acquire()
    shown = shop.err

    def give_up() -> None:
        shown.until("Waiting: ")
        interrupt()

    with shop.meanwhile(give_up):
        assert shop.raw("up -d")[0] == 130
    assert shop.changes() == []
    other.release()  # the thread that waited ends with it


def test_an_attached_up_lets_others_work_once_all_is_started(shop: CommandLine, tmp_path: Path) -> None:
    shown = shop.err
    taken: list[ProjectLock] = []

    def work() -> None:
        shown.until("shop-web-1  Started")
        taken.append(lock(tmp_path, "restart").acquire(timeout=15))
        taken[0].release()
        interrupt()

    with shop.meanwhile(work):
        code, _, _ = shop.raw("up")
    assert code == 130
    assert len(taken) == 1
    assert shop.states() == {"shop-web-1": "exited"}
