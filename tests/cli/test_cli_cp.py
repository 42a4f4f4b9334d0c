"""`composer cp`, `export` and `commit` on an engine in memory: which containers, what is sent, what is said."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from composer.engine.fake import FakeEngine, exits
from composer.engine.filing import CommitRequest, PathStat
from composer.errors import EngineRefused
from tests.support.command_line import CommandLine

FILE = """
    services:
      web: {image: busybox, scale: 2}
      once: {image: busybox}
"""


@pytest.fixture
def up(cli: CommandLine, engine: FakeEngine) -> CommandLine:
    cli.write(FILE)
    engine.script("once", exits(0))
    assert cli.raw("up -d")[0] == 0
    return cli


def tar_of(**files: bytes) -> bytes:
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return memory.getvalue()


def names_in(archive: bytes) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return tar.getnames()


def test_into_every_replica(up: CommandLine, engine: FakeEngine) -> None:
    up.write("hello", "greeting")
    for name in ("shop-web-1", "shop-web-2"):
        engine.put_path(name, "/srv", PathStat("srv", is_dir=True))
    up("cp greeting web:/srv").says("""
        exit 0
        2|  shop-web-1 copy greeting to shop-web-1:/srv Copying
        2|  shop-web-1 copy greeting to shop-web-1:/srv Copied
        2|  shop-web-2 copy greeting to shop-web-2:/srv Copying
        2|  shop-web-2 copy greeting to shop-web-2:/srv Copied
    """)
    sent = [(name, folder, names_in(archive)) for name, folder, archive in engine.received]
    assert sent == [("shop-web-1", "/srv", ["greeting"]), ("shop-web-2", "/srv", ["greeting"])]


def test_into_one_under_a_new_name(up: CommandLine, engine: FakeEngine) -> None:
    up.write("hello", "folder/greeting")
    assert up.raw("cp -a --index 2 folder web:/srv/new")[0] == 0
    ((name, folder, archive),) = engine.received
    assert (name, folder, names_in(archive)) == ("shop-web-2", "/srv", ["new", "new/greeting"])
    assert engine.called("send_archive")[0][2] is True


def test_a_link_inside_is_followed_once(up: CommandLine, engine: FakeEngine) -> None:
    up.write("hello", "greeting")
    engine.put_path("shop-once-1", "/srv/current", PathStat("current", target="v1"))
    engine.put_path("shop-once-1", "/srv/v1", PathStat("v1", is_dir=True))
    assert up.raw("cp greeting once:/srv/current")[0] == 0
    assert engine.received[0][1] == "/srv/v1"


def test_out_of_the_first_also_when_it_does_not_run(up: CommandLine, engine: FakeEngine) -> None:
    engine.put_path("shop-once-1", "/log", PathStat("log"), tar_of(log=b"lines"))
    up("cp once:/log copied").says("""
        exit 0
        2|  shop-once-1 copy shop-once-1:/log to copied Copying
        2|  shop-once-1 copy shop-once-1:/log to copied Copied
    """)
    assert (up.folder / "copied").read_bytes() == b"lines"


def test_out_as_an_archive(up: CommandLine, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.put_path("shop-web-1", "/link", PathStat("link", target="real"))
    engine.put_path("shop-web-1", "/real", PathStat("real"), b"the archive")
    code, out, _ = up.raw("cp -L web:/link -")
    assert (code, out) == (0, "the archive")


def test_an_archive_that_would_escape(up: CommandLine, engine: FakeEngine) -> None:
    engine.put_path("shop-web-1", "/a", PathStat("a", is_dir=True), tar_of(**{"a/../../evil": b""}))
    code, _, err = up.raw("cp web:/a out")
    assert (code, "would write outside of" in err, (up.folder.parent / "evil").exists()) == (1, True, False)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("cp a b", "unknown copy direction"),
        ("cp compose.yaml web:", "destination can not be empty"),
        ("cp web: .", "source can not be empty"),
        ("cp '' web:/srv", "source can not be empty"),
        ("cp web:/a web:/b", "copying between services is not supported"),
        ("cp nobody:/a .", 'no container found for service "nobody"'),
        ("cp --index 3 web:/a .", 'service "web" is not running container #3'),
        ("cp nothing web:/srv", "lstat nothing: no such file or directory"),
        ("cp - web:/srv", 'service "web" has 2 containers, and standard input can be read only once'),
        ("cp compose.yaml web:/none/", "no such directory: /none/"),
        ("cp . web:/file", "cannot copy directory . over the file /file"),
        ("cp compose.yaml web:/dev/null", 'destination "shop-web-1:/dev/null" is neither a file nor a directory'),
        ("export nobody", 'service "nobody" is not running'),
        ("export once", 'service "once" is not running'),
        ("commit once", 'service "once" is not running'),
        ("export -o none/x web", "cannot write none/x: No such file or directory"),
    ],
)
def test_refused(up: CommandLine, engine: FakeEngine, line: str, said: str) -> None:
    engine.put_path("shop-web-1", "/file", PathStat("file"))
    engine.put_path("shop-web-1", "/dev/null", PathStat("null", is_regular=False))
    code, out, err = up.raw(line)
    told = next(text for text in err.splitlines() if text.startswith("error: "))
    assert (code, out, told.partition(" [CMP")[0]) == (1, "", f"error: {said}")
    assert engine.received == []


def test_a_dry_run_copies_nothing(up: CommandLine, engine: FakeEngine, tmp_path: Path) -> None:
    up("cp --dry-run --index 1 compose.yaml web:/srv").says("""
        exit 0
        2|  shop-web-1 copy compose.yaml to shop-web-1:/srv Copying
    """)
    assert engine.received == []
    up.raw("export --dry-run -o out web")
    up.raw("--dry-run commit web")
    assert (engine.called("export"), engine.called("commit")) == ([], [])


def test_export(up: CommandLine) -> None:
    up("export web").says("""
        exit 0
        1| the file system of shop-web-1
    """)
    up("export --index 2 -o out.tar web").says("""
        exit 0
        2|  shop-web-2 export shop-web-2 to out.tar Exporting
        2|  shop-web-2 export shop-web-2 to out.tar Exported
    """)
    assert (up.folder / "out.tar").read_text() == "the file system of shop-web-2"


def test_commit(up: CommandLine, engine: FakeEngine) -> None:
    up("commit -a me -m why -c 'ENV A=1' -c USER -p=false web host:5000/web:v1").says("""
        exit 0
        2|  shop-web-1 Commit shop-web-1 Committing
        2|  shop-web-1 Commit shop-web-1 Committed as sha256:{id}
    """)
    up.raw("commit web host:5000/web")
    assert [request for _, request in engine.called("commit")] == [
        CommitRequest(
            repository="host:5000/web", tag="v1", author="me", message="why", changes=("ENV A=1", "USER"), pause=False
        ),
        CommitRequest(repository="host:5000/web"),
    ]


def test_what_the_engine_refuses(up: CommandLine, engine: FakeEngine) -> None:
    engine.fail("commit", EngineRefused("invalid reference format", status=400))
    up("--progress quiet commit web BAD").says("""
        exit 1
        2| error: invalid reference format [CMP-3400]
    """)
