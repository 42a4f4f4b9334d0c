"""`composer run` and `composer attach` on an engine in memory: what is made, started and left, and what is said."""

from __future__ import annotations

import pytest

from composer import labels
from composer.engine.fake import FakeEngine, Script, exits, never_healthy
from composer.errors import EngineRefused
from tests.support.command_line import CommandLine, interrupt

FILE = """
    services:
      web:
        image: busybox
        scale: 2
        ports: ["80"]
        depends_on: {db: {condition: service_healthy}}
      db:
        image: busybox
        healthcheck: {test: "true", interval: 1s}
      alone:
        image: busybox
        tty: true
      hooked:
        image: busybox
        post_start: [{command: "true"}]
      unlucky:
        image: busybox
        post_start: [{command: ["false"]}, {command: "true"}]
"""


@pytest.fixture
def up(cli: CommandLine, engine: FakeEngine) -> CommandLine:
    cli.write(FILE)
    for service in ("web", "alone", "hooked", "unlucky"):
        engine.script(service, exits(7, log=("hello",)))
    return cli


def one_off(engine: FakeEngine) -> tuple[str, dict[str, object]]:
    """Name and create body of the last container that was made."""
    name, body = engine.called("create_container")[-1]
    return name, body


def test_dependencies_then_the_command(up: CommandLine, engine: FakeEngine) -> None:
    up("run --name once web ls -l").says("""
        exit 7
        1| hello
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-db-1  Waiting
        2|  Container shop-db-1  Healthy  {seconds}, engine
    """)
    _, body = one_off(engine)
    assert (body["Cmd"], body["AttachStdin"], body["OpenStdin"], body["StdinOnce"]) == (["ls", "-l"], True, True, True)
    assert up.states() == {"once": "exited", "shop-db-1": "running"}


def test_without_anything_to_bring_up_only_the_command_speaks(up: CommandLine, engine: FakeEngine) -> None:
    up.raw("up --no-start alone")
    up("run --rm alone").says("""
        exit 7
        1| hello\r
    """)
    assert list(up.states()) == ["shop-alone-1"]


def test_its_name_and_marks(up: CommandLine, engine: FakeEngine) -> None:
    up.raw("run --no-deps web")
    name, body = one_off(engine)
    marks = body["Labels"]
    assert isinstance(marks, dict)
    slug = marks[labels.SLUG]
    assert (name, len(slug), marks[labels.ONEOFF], labels.NUMBER in marks) == (
        f"shop-web-run-{slug[:12]}",
        64,
        "True",
        False,
    )
    assert body["HostConfig"]["PortBindings"] == {}  # type: ignore[index]


def test_every_flag_of_the_container(up: CommandLine, engine: FakeEngine) -> None:
    up.setenv(OURS="ours")
    up.write("A=file\nF=1\n", "variables")
    line = (
        "run --no-deps -P --use-aliases -e A=1 -e OURS -e NONE --env-from-file variables -l k=v -u me -w /srv "
        "-v ./here:/here:ro --entrypoint 'a \"b c\"' --cap-add X --cap-drop Y -i=false -T web d"
    )
    code, _, err = up.raw(line)
    assert (code, "error" in err) == (7, False)
    _, body = one_off(engine)
    host, networking = body["HostConfig"], body["NetworkingConfig"]
    assert isinstance(host, dict)
    assert isinstance(networking, dict)
    assert isinstance(body["Labels"], dict)
    assert (
        {
            "Env": sorted(body["Env"]),  # type: ignore[call-overload]
            "Process": (body["Entrypoint"], body["Cmd"], body["User"], body["WorkingDir"]),
            "Input": (body["AttachStdin"], body["OpenStdin"], body["Tty"]),
            "Label": body["Labels"]["k"],
            "Binds": host["Binds"],
            "Ports": list(host["PortBindings"]),
            "Caps": (host["CapAdd"], host["CapDrop"]),
            "Aliases": networking["EndpointsConfig"]["shop_default"]["Aliases"][1:],
        }
        == {
            "Env": ["A=1", "F=1", "OURS=ours"],
            "Process": (["a", "b c"], ["d"], "me", "/srv"),
            "Input": (False, False, False),
            "Label": "v",
            "Binds": [f"{up.folder}/here:/here:ro"],
            "Ports": ["80/tcp"],
            "Caps": (["CAP_X"], ["CAP_Y"]),
            "Aliases": ["web"],
        }
    )


def test_input_goes_in(up: CommandLine, engine: FakeEngine) -> None:
    up.raw("run --no-deps --name once web", stdin="typed\n")
    assert engine.heard == {"once": b"typed\n"}


def test_detached(up: CommandLine, engine: FakeEngine) -> None:
    code, out, _ = up.raw("run -d --no-deps web")
    assert (code, len(out)) == (0, 65)
    assert engine.called("attach") == []


def test_attached_before_the_start_and_waited_for(up: CommandLine, engine: FakeEngine) -> None:
    up.raw("run --rm --no-deps --name once web")
    order = [name for name, _ in engine.calls if name in ("create_container", "attach", "exit_of", "start")]
    assert order == ["create_container", "attach", "exit_of", "start"]
    assert engine.called("exit_of") == [("once", True)]


def test_hooks(up: CommandLine, engine: FakeEngine) -> None:
    engine.script("hooked", Script())
    engine.script("unlucky", Script())
    assert up.raw("run -d hooked")[0] == 0
    assert [hook.command for _, hook in engine.called("run_hook")] == [("true",)]
    up("run -q -d unlucky").says("""
        exit 1
        2| error: unlucky hook exited with status 1 (post_start[0]): false [CMP-3000]
        2|   hint: it printed: it said no
    """)


def test_a_dependency_that_fails_leaves_no_one_off(up: CommandLine, engine: FakeEngine) -> None:
    engine.script("db", exits(1))
    code, _, err = up.raw("run web")
    assert (code, "db" in err) == (1, True)
    assert list(up.states()) == ["shop-db-1"]


def test_a_start_that_is_refused(up: CommandLine, engine: FakeEngine) -> None:
    up.raw("up --no-start alone")
    engine.fail("start", EngineRefused('exec: "x": executable file not found in $PATH', status=400))
    up("run --name once alone x").says("""
        exit 1
        2| error: exec: "x": executable file not found in $PATH [CMP-3400]
    """)


def test_wrong_flags(up: CommandLine) -> None:
    for line, said in (
        ("run nobody", "no such service: nobody"),
        ("run -P -p 1:1 web", "--service-ports and --publish are incompatible"),
        ("run -l x web", "label must be set as KEY=VALUE, not 'x'"),
        ('run --entrypoint "\'" web', "invalid --entrypoint ''': No closing quotation"),
        ("run --env-from-file none web", "cannot read --env-from-file none: No such file or directory"),
        ("run -p x web", "invalid --publish value 'x': invalid container port 'x' in 'x'"),
        ("run -v a:b:c:d web", "invalid --volume value 'a:b:c:d': too many colons in volume: 'a:b:c:d'"),
        ("run -t web", "the input device is not a TTY"),
        ("run -w srv web", "the working directory 'srv' is invalid: it must be an absolute path"),
    ):
        code, out, err = up.raw(line)
        assert (code, out, err.partition(" [")[0]) == (1, "", f"error: {said}")
    assert up.changes() == []


def test_a_dry_run(up: CommandLine) -> None:
    code, out, _ = up.raw("run --dry-run --name once web")
    assert (code, "create container once" in out, up.changes(), up.opened) == (0, True, [], ["reader"])


def test_attach(up: CommandLine, engine: FakeEngine) -> None:
    up.raw("up -d db")
    held = engine.hold("exit_of")

    def end() -> None:
        held.reached.wait(15)
        engine.write_log("shop-db-1", b"last words\n")
        engine.kill("shop-db-1", signal="SIGKILL")
        held.release()

    with up.meanwhile(end):
        up("attach --no-stdin db").says("""
            exit 137
            1| last words
        """)
    assert engine.called("attach") == [("shop-db-1", False, False, "")]


def test_attach_to_nobody(up: CommandLine, engine: FakeEngine) -> None:
    up.raw("up -d db")
    up("attach --detach-keys ctrl-x,xx db").says("""
        exit 1
        2| error: invalid detach keys 'ctrl-x,xx': unknown key 'xx' [CMP-0001]
        2|   hint: Keys are single characters, or ctrl- and one of a-z @ [ \\ ] ^ _, with commas between.
    """)
    up("attach web").says("""
        exit 1
        2| error: service "web" is not running [CMP-2000]
        2|   hint: there are containers of db
    """)
    up("attach --dry-run db").says("""
        exit 0
        1| would attach to shop-db-1
    """)
    assert engine.called("attach") == []


def test_never_ready(up: CommandLine, engine: FakeEngine) -> None:
    """A wait that ends by Ctrl-C leaves no one-off behind."""
    engine.script("db", never_healthy())
    with up.meanwhile(lambda: up.err.until("Waiting"), interrupt, interrupt):
        code, _, _ = up.raw("run web")
    assert code == 130
    assert not any("run" in name for name in up.states())
