"""The loop on a container that is a folder: what was done on this side is there on the other."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from composer.errors import ComposerError, Conflict
from composer.model.lifecycle import Hook
from composer.watch.effects import Effect, Phase
from composer.watch.memory import Memory
from composer.watch.rules import Rule
from composer.watch.watcher import STORM, Watcher

HOOK = Hook(command=("reload",))


class Folder:
    """An Actor whose containers are folders below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ids = ["c1"]
        self.done: list[str] = []
        self.said: list[str] = []
        self.warned: list[str] = []
        self.fails = ""
        self.refuses = False
        self.shown: dict[str, list[Effect]] = {}

    def containers(self, service: str) -> tuple[str, ...]:
        assert service == "web"
        return tuple(self.ids)

    def put(self, container: str, archive: bytes, *, replaces: bool) -> None:
        self._may_fail()
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            self.done.append(f"put {' '.join(sorted(tar.getnames()))}")
            for member in tar:
                there = self.root / container / member.name
                if there.is_symlink() and member.isdir():
                    if not replaces:
                        raise Conflict("cannot overwrite non-directory")
                    there.unlink()
                tar.extract(member, self.root / container, filter="fully_trusted")

    def _may_fail(self) -> None:
        if self.fails:
            raise ComposerError(self.fails)

    def is_link(self, container: str, path: str) -> bool:
        return (self.root / container / path.lstrip("/")).is_symlink()

    def remove(self, container: str, paths: Sequence[str]) -> None:
        self.done.append(f"remove {' '.join(paths)}")
        for path in paths:
            there = self.root / container / path.lstrip("/")
            shutil.rmtree(there) if there.is_dir() and not there.is_symlink() else there.unlink(missing_ok=True)

    def run_hook(self, container: str, hook: Hook) -> None:
        self._may_fail()
        self.done.append(f"run {' '.join(hook.command or ())} in {container}")

    def rebuild(self, services: Sequence[str]) -> bool:
        self._may_fail()
        if self.refuses:
            return False
        self.done.append(f"rebuild {' '.join(services)}")
        self.ids = ["c2"]
        return True

    def restart(self, services: Sequence[str]) -> bool:
        self._may_fail()
        self.done.append(f"restart {' '.join(services)}")
        return True

    def say(self, message: str) -> None:
        self.said.append(message)

    def warn(self, message: str) -> None:
        self.warned.append(message)

    def show(self, rule: Rule, effect: Effect) -> None:
        self.shown.setdefault(rule.name, []).append(effect)

    def taken(self) -> list[str]:
        done, self.done = self.done, []
        return done

    def files(self, container: str = "c1") -> dict[str, str]:
        base = self.root / container / "app"
        return {str(path.relative_to(base)): path.read_text() for path in sorted(base.rglob("*")) if path.is_file()}


class Desk:
    """A rule's folder, its container, and the watcher between them."""

    def __init__(self, folder: Path, *, action: str = "sync", initial: bool = False) -> None:
        self.here = folder / "src"
        self.here.mkdir()
        self.there = Folder(folder / "containers")
        self.rule = Rule(
            service="web", number=0, action=action, path=str(self.here), target="/app", hook=HOOK, initial=initial
        )
        self.memory = Memory(str(folder / "state" / "memory.json"))
        self.watcher = self.again()

    def again(self) -> Watcher:
        return Watcher([self.rule], self.there, self.memory)

    def effects(self) -> list[Effect]:
        """What was shown of the rule, without the time it took."""
        return [replace(effect, seconds=0.0) for effect in self.there.shown[self.rule.name]]

    def write(self, name: str, text: str = "x") -> str:
        path = self.here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_what_changed_since_the_first_look_is_brought_over(desk: Desk) -> None:
    desk.write("before.txt")
    desk.watcher.note()
    desk.write("while the image was built.txt", "1")
    desk.watcher.begin(built=True)
    assert desk.there.files() == {"while the image was built.txt": "1"}


def test_a_folder_that_is_a_link_in_the_container_stays_one(desk: Desk) -> None:
    app = desk.there.root / "c1/app"
    (desk.there.root / "c1/var").mkdir(parents=True)
    app.mkdir()
    (app / "sub").symlink_to("../var")
    desk.watcher.begin(built=True)
    desk.write("sub/a.txt", "1")
    desk.watcher.on_paths([str(desk.here / "sub")])
    assert (app / "sub").is_symlink()
    assert (desk.there.root / "c1/var/a.txt").read_text() == "1"


def test_a_rules_folder_that_comes_with_those_above_it(desk: Desk, tmp_path: Path) -> None:
    shutil.rmtree(desk.here)
    desk.watcher.begin(built=True)
    desk.write("a.txt", "1")
    desk.watcher.on_paths([str(tmp_path)])
    assert desk.there.files() == {"a.txt": "1"}


def test_files_follow(desk: Desk) -> None:
    desk.watcher.begin(built=True)
    desk.watcher.on_paths([desk.write("a.txt", "1"), desk.write("deep/b.txt", "2")])
    assert desk.there.files() == {"a.txt": "1", "deep/b.txt": "2"}
    desk.write("a.txt", "3")
    (desk.here / "deep/b.txt").unlink()
    desk.watcher.on_paths([str(desk.here / "a.txt"), str(desk.here / "deep/b.txt")])
    assert desk.there.files() == {"a.txt": "3"}
    assert desk.there.taken() == ["put app/a.txt app/deep/b.txt", "remove /app/deep/b.txt", "put app/a.txt"]


def test_a_folder_that_is_moved_takes_its_files_along(desk: Desk) -> None:
    desk.write("old/a.txt")
    desk.watcher.begin(built=True)
    (desk.here / "old").rename(desk.here / "new")
    desk.watcher.on_paths([str(desk.here / "old"), str(desk.here / "new")])
    assert desk.there.taken() == ["remove /app/old", "put app/new app/new/a.txt"]


def test_a_file_that_is_written_again_within_a_tick_is_brought_over_again(desk: Desk) -> None:
    path = desk.write("a.txt", "1")
    desk.watcher.begin(built=True)
    desk.watcher.on_paths([path])
    desk.watcher.on_paths([path])
    assert desk.there.taken() == ["put app/a.txt"] * 2


def test_a_storm_is_answered_by_a_look_at_everything(desk: Desk) -> None:
    desk.watcher.begin(built=True)
    told = [desk.write(f"{number}.txt", str(number)) for number in range(STORM)]
    desk.write("lost.txt", "nobody told of it")
    desk.watcher.on_paths(told)
    assert desk.there.files()["lost.txt"] == "nobody told of it"
    assert len(desk.there.files()) == STORM + 1
    assert len(desk.there.taken()) == 1  # one archive


def test_what_fails_is_tried_again_with_the_next_change(desk: Desk) -> None:
    desk.watcher.begin(built=True)
    desk.there.fails = "no room"
    desk.watcher.on_paths([desk.write("a.txt", "1")])
    assert desk.there.warned == ["syncing web[0]: no room"]
    desk.there.fails = ""
    desk.watcher.on_paths([desk.write("b.txt", "2")])
    assert desk.there.files() == {"a.txt": "1", "b.txt": "2"}


def test_without_a_container_nothing_is_lost(desk: Desk) -> None:
    desk.watcher.begin(built=True)
    desk.there.ids = []
    desk.watcher.on_paths([desk.write("a.txt", "1")])
    assert desk.there.warned == ['service "web" has no container to sync to']
    desk.there.ids = ["c1"]
    desk.watcher.on_paths([desk.write("b.txt", "2")])
    assert desk.there.files() == {"a.txt": "1", "b.txt": "2"}


def test_what_changed_meanwhile_is_caught_up(desk: Desk) -> None:
    for name in ("a.txt", "b.txt", "same.txt"):
        desk.write(name, "1")
    desk.watcher.begin(built=True)
    desk.watcher.finish()
    assert desk.there.taken() == []
    desk.write("a.txt", "changed")
    (desk.here / "b.txt").unlink()
    desk.again().begin(built=False)
    assert desk.there.taken() == ["remove /app/b.txt", "put app/a.txt"]


def test_a_new_container_has_nothing_to_catch_up(desk: Desk) -> None:
    desk.write("a.txt")
    desk.watcher.begin(built=True)
    desk.watcher.finish()
    desk.there.ids = ["c2"]
    desk.write("a.txt", "changed")
    desk.again().begin(built=False)
    assert desk.there.taken() == []


def test_what_could_not_be_brought_over_is_caught_up_too(desk: Desk) -> None:
    desk.watcher.begin(built=True)
    desk.there.fails = "no room"
    desk.watcher.on_paths([desk.write("a.txt", "1")])
    desk.watcher.finish()
    desk.there.fails = ""
    desk.again().begin(built=False)
    assert desk.there.files() == {"a.txt": "1"}


def test_everything_at_first_where_it_is_wanted(tmp_path: Path) -> None:
    desk = Desk(tmp_path, initial=True)
    desk.write("a.txt", "1")
    desk.watcher.begin(built=True)
    assert desk.there.files() == {"a.txt": "1"}
    desk.there.ids = ["c2"]  # somebody recreated it
    desk.watcher.on_paths([desk.write("b.txt", "2")])
    assert desk.there.files("c2") == {"a.txt": "1", "b.txt": "2"}


def test_every_replica_gets_it(desk: Desk) -> None:
    desk.there.ids = ["c1", "c2"]
    desk.watcher.begin(built=True)
    desk.watcher.on_paths([desk.write("a.txt", "1")])
    assert desk.there.files("c1") == desk.there.files("c2") == {"a.txt": "1"}


@pytest.mark.parametrize(
    ("action", "done"),
    [
        ("rebuild", ["rebuild web"]),
        ("restart", ["restart web"]),
        ("sync+restart", ["put app/a.txt", "restart web"]),
        ("sync+exec", ["put app/a.txt", "run reload in c1"]),
    ],
)
def test_actions(tmp_path: Path, action: str, done: list[str]) -> None:
    desk = Desk(tmp_path, action=action)
    desk.watcher.begin(built=True)
    desk.watcher.on_paths([desk.write("a.txt")])
    assert desk.there.taken() == done
    assert desk.effects() == [
        Effect(phase=Phase.WORKING, changed=1, name="a.txt"),
        Effect(phase=Phase.DONE, changed=1, name="a.txt"),
    ]


@pytest.mark.parametrize("action", ["rebuild", "restart", "sync", "sync+restart", "sync+exec"])
def test_what_a_rule_led_to_when_it_failed(tmp_path: Path, action: str) -> None:
    desk = Desk(tmp_path, action=action)
    desk.watcher.begin(built=True)
    desk.there.fails = "no room"
    desk.watcher.on_paths([desk.write("a.txt")])
    assert desk.effects()[-1] == Effect(phase=Phase.FAILED, changed=1, name="a.txt", error="no room")
    desk.there.fails = ""
    desk.watcher.on_paths([desk.write("a.txt")])
    assert desk.effects()[-1].phase is Phase.DONE


def test_a_rebuild_whose_failure_was_told_already(tmp_path: Path) -> None:
    desk = Desk(tmp_path, action="rebuild")
    desk.watcher.begin(built=True)
    desk.there.refuses = True
    desk.watcher.on_paths([desk.write("a.txt")])
    assert (desk.effects()[-1].error, desk.there.warned) == ("failed, as told above", [])


def test_what_is_elsewhere_or_ignored_leads_to_nothing(desk: Desk) -> None:
    desk.watcher.begin(built=True)
    desk.watcher.on_paths([str(desk.here.parent / "other"), "/etc/passwd"])
    assert (desk.there.taken(), desk.there.said) == ([], [])


def test_a_damaged_memory_is_no_memory(desk: Desk, tmp_path: Path) -> None:
    desk.watcher.begin(built=True)
    desk.watcher.finish()
    for text in ("", "{", '{"version": 1}', '{"version": 1, "rules": {"x": {"containers": 1}}}', '{"version": 99}'):
        (tmp_path / "state" / "memory.json").write_text(text)
        assert desk.memory.read() == {}
    assert Memory("").read() == {}
