"""`cp`, `export` and `commit` under docker compose and under composer: the same files, owners, modes and statuses."""

from __future__ import annotations

import os
import stat
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER, Tool

pytestmark = [pytest.mark.engine, pytest.mark.peer]

FILE = """
    services:
      web:
        image: busybox
        init: true
        user: "7:8"
        command: sleep 1000
      once:
        image: busybox
        command: "true"
"""
PREPARE = (
    "cd /tmp; mkdir there; echo old > file; ln -s there way; mkdir -p tree/sub; echo x > tree/sub/x; ln -s sub/x tree/l"
)

# Each is run once by each tool, with PLACE for a folder of the tool's own.
INTO = (
    ("tree", "PLACE/new"),
    ("tree", "PLACE/there"),
    ("tree/.", "PLACE/there"),
    ("tree/file", "PLACE/there/"),
    ("tree/file", "PLACE/file"),
    ("tree/link", "PLACE/link"),
    ("-L", "tree/link", "PLACE/followed"),
    ("-a", "tree/file", "PLACE/owned"),
    ("tree/file", "PLACE/way"),
    ("tree", "PLACE/file"),
    ("tree/file", "PLACE/none/"),
    ("tree/file", "PLACE/none/file"),
    ("nothing", "PLACE"),
)
OUT = (
    ("PLACE/tree", "new"),
    ("PLACE/tree", "there"),
    ("PLACE/tree/.", "there"),
    ("PLACE/tree/sub/x", "file"),
    ("PLACE/tree/l", "link"),
    ("-L", "PLACE/tree/l", "followed"),
    ("-a", "PLACE/tree", "owned"),
    ("PLACE/nothing", "x"),
    ("PLACE/tree/sub/x", "none/x"),
    ("PLACE/tree", "file"),
)


@pytest.fixture
def web(scenario: Scenario) -> Scenario:
    scenario.write(FILE)
    tree = scenario.folder / "tree"
    (tree / "sub").mkdir(parents=True)
    (tree / "file").write_text("a")
    (tree / "file").chmod(0o640)
    (tree / "sub" / "deep").write_text("b")
    (tree / "link").symlink_to("file")
    (tree / "absolute").symlink_to("/etc/passwd")
    os.utime(tree / "sub" / "deep", (1_500_000_000, 1_500_000_000))
    scenario.composer("up", "-d")
    return scenario


def described_inside(web: Scenario, place: str) -> str:
    script = (
        f"cd {place} && find . | sort | xargs stat -c '%n %F %a %u:%g %s %N' && find . -type f | xargs md5sum | sort"
    )
    return web.composer("exec", "-u", "0", "web", "sh", "-c", script).stdout


def described(folder: Path) -> list[tuple[str, str, int, int, object]]:
    found = []
    for path in sorted(folder.rglob("*")):
        state = path.lstat()
        content = str(path.readlink()) if path.is_symlink() else path.read_text() if path.is_file() else None
        kind = oct(stat.S_IFMT(state.st_mode))
        found.append((str(path.relative_to(folder)), kind, stat.S_IMODE(state.st_mode), state.st_uid, content))
    return found


def test_into_and_out_of(web: Scenario, peer: str, subtests: pytest.Subtests) -> None:
    places = {PEER.name: "/tmp/theirs", COMPOSER.name: "/tmp/ours"}
    for place in places.values():
        web.composer(
            "exec", "-u", "0", "web", "sh", "-c", f"umask 022; mkdir -p {place}; {PREPARE.replace('/tmp', place)}"
        )
        (web.folder / place.lstrip("/") / "there").mkdir(parents=True)
        (web.folder / place.lstrip("/") / "file").write_text("old")
    for arguments in INTO:
        with subtests.test("into", arguments=arguments):
            codes = [copy(web, tool, place, arguments, into=True) for tool, place in tools(places)]
            assert codes[1] == codes[0]
    with subtests.test("the container holds the same"):
        assert described_inside(web, places[COMPOSER.name]) == described_inside(web, places[PEER.name])
    for arguments in OUT:
        with subtests.test("out", arguments=arguments):
            codes = [copy(web, tool, place, arguments, into=False) for tool, place in tools(places)]
            assert codes[1] == codes[0]
    with subtests.test("this machine holds the same"):
        ours, theirs = (described(web.folder / places[tool.name].lstrip("/")) for tool in (COMPOSER, PEER))
        assert ours == theirs
    with subtests.test("archives"):
        the_same_archives(web)
    with subtests.test("exports and images"):
        exports_and_images(web)
    web.composer("down", "-t", "0")


def tools(places: dict[str, str]) -> list[tuple[Tool, str]]:
    return [(PEER, places[PEER.name]), (COMPOSER, places[COMPOSER.name])]


def copy(web: Scenario, tool: Tool, place: str, arguments: tuple[str, ...], *, into: bool) -> int:
    *flags, source, destination = arguments
    inside = (destination if into else source).replace("PLACE", f"web:{place}")
    local = source if into else str(web.folder / place.lstrip("/") / destination)
    pair = (local, inside) if into else (inside, local)
    return web.run(tool, "cp", *flags, *pair, code=None).code


def the_same_archives(web: Scenario) -> None:
    names = []
    for tool in (PEER, COMPOSER):
        done = subprocess.run(
            (*tool.command, "cp", "web:/tmp/ours/tree", "-"),
            cwd=web.folder,
            env=web.environment,
            capture_output=True,
            check=True,
        )
        (web.folder / "archive.tar").write_bytes(done.stdout)
        with tarfile.open(web.folder / "archive.tar") as tar:
            names.append(tar.getnames())
        with (web.folder / "archive.tar").open("rb") as stdin:
            subprocess.run(
                (*tool.command, "cp", "-", f"web:/tmp/{'theirs' if tool is PEER else 'ours'}/there"),
                cwd=web.folder,
                env=web.environment,
                stdin=stdin,
                check=True,
            )
    assert names[0] == names[1]
    assert described_inside(web, "/tmp/ours/there/tree") == described_inside(web, "/tmp/theirs/there/tree")


def exports_and_images(web: Scenario) -> None:
    listed = []
    for tool in (PEER, COMPOSER):
        web.run(tool, "export", "-o", "out.tar", "web")
        with tarfile.open(web.folder / "out.tar") as tar:
            listed.append(sorted(tar.getnames()))
        for refused in (("export", "once"), ("commit", "once"), ("export", "nobody"), ("commit", "web", "BAD")):
            assert web.run(tool, *refused, code=None).code == 1
    assert listed[0] == listed[1]
    images = []
    for tool in (PEER, COMPOSER):
        name = f"{web.project}-{tool.command[0].rpartition('/')[2]}"
        web.run(
            tool, "commit", "-a", "me", "-m", "why", "-c", "ENV Q=1", "-c", 'CMD ["x"]', "-p=false", "web", f"{name}:v1"
        )
        found = web.engine.inspect_image(f"{name}:v1")
        images.append((found["Author"], found["Comment"], found["Config"]["Env"], found["Config"]["Cmd"]))
        web.engine.remove_image(f"{name}:v1", force=True)
    assert images[0] == images[1]
