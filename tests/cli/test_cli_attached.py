"""`composer up` that stays: output on stdout, progress on stderr, and how it ends."""

from __future__ import annotations

import json
import threading

import pytest

from composer.engine.fake import FakeEngine, Script, exits
from composer.errors import EngineRefused, EngineUnreachable
from tests.support.command_line import CommandLine, interrupt

TWO = """
    services:
      db: {image: busybox}
      web: {image: busybox, depends_on: [db]}
"""


@pytest.fixture
def two(cli: CommandLine) -> CommandLine:
    """`db` goes on, `web` ends when the test says so."""
    cli.write(TWO)
    cli.engine.script("db", Script(log=("db begins",)))
    cli.engine.script("web", Script(log=("web begins",)))
    return cli


def begun(cli: CommandLine) -> None:
    """Both have said something, and the start is over."""
    cli.out.until("db begins")
    cli.out.until("web begins")
    cli.err.until("shop-web-1  Started")


def test_it_ends_when_all_containers_have(cli: CommandLine) -> None:
    cli.write("services: {job: {image: busybox}}")
    cli.engine.script("job", exits(3, log=("one", "two")))
    cli("up").says("""
        exit 0
        1| Attaching to job-1
        1| job-1  | one
        1| job-1  | two
        1| job-1 exited with code 3
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-job-1  Creating
        2|  Container shop-job-1  Created
        2|  Container shop-job-1  Starting
        2|  Container shop-job-1  Started
    """)


def test_an_interrupt_stops_everything_in_reverse_order(two: CommandLine) -> None:
    with two.meanwhile(lambda: begun(two), interrupt):
        said = two("up")
    said.says("""
        exit 130
        1| Attaching to db-1, web-1
        1| db-1   | db begins
        1| db-1 exited with code 143
        1| web-1  | web begins
        1| web-1 exited with code 143
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
        2| Gracefully stopping... (press Ctrl+C again to force)
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
    """)
    assert [arguments[0] for arguments in two.engine.called("stop")] == ["shop-web-1", "shop-db-1"]
    assert two.states() == {"shop-db-1": "exited", "shop-web-1": "exited"}


def test_a_second_interrupt_kills_what_is_left(two: CommandLine) -> None:
    gate = two.engine.hold("stop", "web")
    with two.meanwhile(
        lambda: begun(two),
        interrupt,
        gate.reached.wait,
        interrupt,
        lambda: two.err.until("shop-web-1  Killed"),
        gate.release,
    ):
        said = two("up")
    said.says("""
        exit 130
        1| Attaching to db-1, web-1
        1| db-1   | db begins
        1| db-1 exited with code 137
        1| web-1  | web begins
        1| web-1 exited with code 137
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
        2| Gracefully stopping... (press Ctrl+C again to force)
        2|  Container shop-web-1  Stopping
        2|  Interrupted again: what is under way is abandoned
        2|  Container shop-web-1  Interrupted
        2| Killing...
        2|  Container shop-db-1  Killing
        2|  Container shop-db-1  Killed
        2|  Container shop-web-1  Killing
        2|  Container shop-web-1  Killed
    """)
    assert two.states() == {"shop-db-1": "exited", "shop-web-1": "exited"}


def test_an_interrupt_while_it_starts(two: CommandLine) -> None:
    gate = two.engine.hold("start", "web")
    with two.meanwhile(gate.reached.wait, interrupt, lambda: two.err.until("Interrupted"), gate.release):
        said = two("up")
    said.says("""
        exit 130
        1| Attaching to db-1, web-1
        1| db-1   | db begins
        1| db-1 exited with code 143
        1| web-1  | web begins
        1| web-1 exited with code 143
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Interrupted: nothing more is begun, what is under way is finished (press Ctrl+C again to abandon it)
        2|  Container shop-web-1  Started
        2| Gracefully stopping... (press Ctrl+C again to force)
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
    """)


def test_an_interrupt_of_a_detached_up_stops_nothing(two: CommandLine) -> None:
    gate = two.engine.hold("start", "web")
    with two.meanwhile(gate.reached.wait, interrupt, lambda: two.err.until("Interrupted"), gate.release):
        said = two("up -d")
    said.says("""
        exit 130
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Interrupted: nothing more is begun, what is under way is finished (press Ctrl+C again to abandon it)
        2|  Container shop-web-1  Started
        2| interrupted
        2| 2 containers still running: shop-db-1, shop-web-1
    """)
    assert two.states() == {"shop-db-1": "running", "shop-web-1": "running"}


def test_abort_on_container_exit(two: CommandLine) -> None:
    with two.meanwhile(lambda: begun(two), lambda: two.engine.crash("shop-web-1", 3)):
        said = two("up --abort-on-container-exit")
    said.says("""
        exit 3
        1| Attaching to db-1, web-1
        1| db-1   | db begins
        1| db-1 exited with code 143
        1| web-1  | web begins
        1| web-1 exited with code 3
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
        2| Aborting on container exit...
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
        2|  Container shop-web-1  Stopped
    """)


def test_abort_on_container_failure_lets_a_success_pass(two: CommandLine) -> None:
    with two.meanwhile(
        lambda: begun(two),
        lambda: two.engine.crash("shop-web-1", 0),
        lambda: two.out.until("web-1 exited"),
        lambda: two.engine.crash("shop-db-1", 4),
    ):
        said = two("up --abort-on-container-failure")
    said.says("""
        exit 4
        1| Attaching to db-1, web-1
        1| db-1   | db begins
        1| db-1 exited with code 4
        1| web-1  | web begins
        1| web-1 exited with code 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
        2| Aborting on container exit...
        2|  Container shop-db-1  Stopped
        2|  Container shop-web-1  Stopped
    """)


def test_exit_code_from(two: CommandLine) -> None:
    with two.meanwhile(lambda: begun(two), lambda: two.engine.crash("shop-web-1", 3)):
        said = two("up --exit-code-from db")
    said.says("""
        exit 143
        1| Attaching to db-1, web-1
        1| db-1   | db begins
        1| db-1 exited with code 143
        1| web-1  | web begins
        1| web-1 exited with code 3
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
        2| Aborting on container exit...
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
        2|  Container shop-web-1  Stopped
    """)


def test_a_job_that_somebody_waits_for_does_not_abort_a_run_for_a_status(cli: CommandLine) -> None:
    cli.write("""
        services:
          job: {image: busybox}
          web:
            image: busybox
            depends_on: {job: {condition: service_completed_successfully}}
    """)
    cli.engine.script("job", exits(0))
    with cli.meanwhile(
        lambda: cli.err.until("shop-web-1  Started"),
        lambda: cli.out.until("job-1 exited"),
        lambda: cli.engine.crash("shop-web-1", 7),
    ):
        said = cli("up --exit-code-from web")
    said.says("""
        exit 7
        1| Attaching to job-1, web-1
        1| job-1 exited with code 0
        1| web-1 exited with code 7
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-job-1  Creating
        2|  Container shop-job-1  Created
        2|  Container shop-job-1  Starting
        2|  Container shop-job-1  Started
        2|  Container shop-job-1  Waiting
        2|  Container shop-job-1  Exited  {seconds}, exited 0
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
        2| Aborting on container exit...
        2|  Container shop-job-1  Stopped
        2|  Container shop-web-1  Stopped
    """)


def test_no_attach_hides_output_and_end(two: CommandLine) -> None:
    with two.meanwhile(
        lambda: two.out.until("web begins"),
        lambda: two.err.until("shop-web-1  Started"),
        lambda: two.engine.crash("shop-db-1", 1),
        lambda: two.engine.crash("shop-web-1", 0),
    ):
        said = two("up --no-attach db")
    said.says("""
        exit 0
        1| Attaching to web-1
        1| web-1  | web begins
        1| web-1 exited with code 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
    """)


@pytest.mark.parametrize("flag", ["--attach web", "--no-attach db"])
def test_whose_output_is_not_shown_may_end_without_ending_all(two: CommandLine, flag: str) -> None:
    with two.meanwhile(
        lambda: two.out.until("web begins"),
        lambda: two.err.until("shop-web-1  Started"),
        lambda: two.engine.crash("shop-db-1", 1),
        lambda: two.engine.crash("shop-web-1", 2),
    ):
        code, out, err = two.raw(f"up {flag} --abort-on-container-exit")
    assert (code, out.splitlines()[-1]) == (2, "web-1 exited with code 2")
    assert err.count("Aborting on container exit...") == 1
    assert "db-1" not in out


def test_whose_output_is_not_shown_may_go_on_when_all_others_have_ended(two: CommandLine) -> None:
    with two.meanwhile(
        lambda: two.out.until("web begins"),
        lambda: two.err.until("shop-web-1  Started"),
        lambda: two.engine.crash("shop-web-1", 2),
    ):
        assert two.raw("up --attach web")[0] == 0
    assert two.states() == {"shop-db-1": "running", "shop-web-1": "exited"}


def test_the_service_that_gives_the_status_counts_without_being_shown(two: CommandLine) -> None:
    with two.meanwhile(
        lambda: two.out.until("web begins"),
        lambda: two.err.until("shop-web-1  Started"),
        lambda: two.engine.crash("shop-db-1", 7),
    ):
        assert two.raw("up --attach web --exit-code-from db")[0] == 7


def test_attach_shows_only_these(two: CommandLine) -> None:
    with two.meanwhile(
        lambda: two.out.until("db begins"),
        lambda: two.err.until("shop-web-1  Started"),
        lambda: two.engine.crash("shop-db-1", 3),
    ):
        said = two("up --attach db --abort-on-container-exit")
    said.says("""
        exit 3
        1| Attaching to db-1
        1| db-1  | db begins
        1| db-1 exited with code 3
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
        2| Aborting on container exit...
        2|  Container shop-db-1  Stopped
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
    """)


def test_named_services_are_shown_without_their_dependencies(two: CommandLine) -> None:
    acts = (
        lambda: two.out.until("web begins"),
        lambda: two.err.until("shop-web-1  Started"),
        lambda: two.engine.crash("shop-web-1", 0),
    )
    with two.meanwhile(*acts):
        said = two("up web")
    said.says("""
        exit 0
        1| Attaching to web-1
        1| web-1  | web begins
        1| web-1 exited with code 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
    """)
    assert two.states() == {"shop-db-1": "running", "shop-web-1": "exited"}
    with two.meanwhile(lambda: two.err.until("shop-web-1  Started"), lambda: two.out.until("web begins"), interrupt):
        said = two("up --attach-dependencies web")
    said.says("""
        exit 130
        1| Attaching to db-1, web-1
        1| db-1 exited with code 143
        1| web-1  | web begins
        1| web-1 exited with code 143
        2|  Container shop-db-1  Running
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
        2| Gracefully stopping... (press Ctrl+C again to force)
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
    """)


def test_attach_false_in_the_file(two: CommandLine) -> None:
    two.write(TWO.replace("db: {image: busybox}", "db: {image: busybox, attach: false}"))
    two.engine.script("web", exits(0, log=("web begins",)))
    two.engine.script("db", exits(0, log=("db begins",)))
    two("up").says("""
        exit 0
        1| Attaching to web-1
        1| web-1  | web begins
        1| web-1 exited with code 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
    """)


def test_dependencies_that_were_brought_along_run_on(two: CommandLine) -> None:
    with two.meanwhile(lambda: two.out.until("web begins"), lambda: two.err.until("shop-web-1  Started"), interrupt):
        assert two.raw("up web")[0] == 130
    assert two.states() == {"shop-db-1": "running", "shop-web-1": "exited"}


def test_a_container_with_a_name_of_its_own_is_called_by_it(cli: CommandLine) -> None:
    cli.write("services: {job: {image: busybox, container_name: mine}, hidden: {image: busybox, attach: false}}")
    cli.engine.script("job", exits(0, log=("one",)))
    cli.engine.script("hidden", exits(0, log=("two",)))
    code, out, _ = cli.raw("up")
    assert (code, out.splitlines()) == (0, ["Attaching to mine", "mine  | one", "mine exited with code 0"])


def test_no_log_prefix_and_timestamps(cli: CommandLine) -> None:
    cli.write("services: {job: {image: busybox}}")
    cli.engine.script("job", exits(0, log=("one",)))
    cli("up --no-log-prefix").says("""
        exit 0
        1| Attaching to job-1
        1| one
        1| job-1 exited with code 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-job-1  Creating
        2|  Container shop-job-1  Created
        2|  Container shop-job-1  Starting
        2|  Container shop-job-1  Started
    """)
    cli.engine.advance(60)
    code, out, _ = cli.raw("up --timestamps")
    assert code == 0
    assert out.splitlines()[1].startswith("job-1  | 2023-11-14T22:14:")


def test_only_the_output_of_this_run_is_shown(cli: CommandLine) -> None:
    cli.write("services: {job: {image: busybox}, web: {image: busybox}}")
    cli.engine.script("job", exits(0, log=("a run of job",)))
    cli.engine.script("web", Script(log=("web begins",)))
    cli("up -d")
    cli.engine.advance(60)
    with cli.meanwhile(
        lambda: cli.err.until("shop-job-1  Started"),
        lambda: cli.out.until("job-1 exited"),
        lambda: cli.engine.write_log("shop-web-1", b"new\n"),
        lambda: cli.out.until("new"),
        lambda: cli.engine.crash("shop-web-1", 0),
    ):
        said = cli("up")
    said.says("""
        exit 0
        1| Attaching to job-1, web-1
        1| job-1  | a run of job
        1| job-1 exited with code 0
        1| web-1  | new
        1| web-1 exited with code 0
        2|  Container shop-job-1  Starting
        2|  Container shop-job-1  Started
        2|  Container shop-web-1  Running
    """)


def test_a_container_that_is_restarted_by_its_policy_goes_on(cli: CommandLine) -> None:
    cli.engine = FakeEngine(images=["busybox"], auto=False)
    cli.write("services: {web: {image: busybox, restart: on-failure}}")
    cli.engine.script("web", Script(log=("web begins",), exit_codes=(1, 0), exits_after=1))
    with cli.meanwhile(
        lambda: cli.err.until("shop-web-1  Started"),
        lambda: cli.out.until("web begins"),
        lambda: cli.engine.advance(1),
        lambda: cli.out.until("(restarting)"),
        lambda: cli.engine.advance(0.1),
        lambda: cli.out.until("web begins", times=2),
        lambda: cli.engine.advance(1),
    ):
        said = cli("up")
    said.says("""
        exit 0
        1| Attaching to web-1
        1| web-1  | web begins
        1| web-1 exited with code 1 (restarting)
        1| web-1  | web begins
        1| web-1 exited with code 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
    """)


def test_what_the_start_itself_stops_is_no_end(two: CommandLine) -> None:
    two("up -d")
    two.write(
        TWO.replace("image: busybox}", "image: busybox, init: true}").replace(
            "[db]", "{db: {condition: service_started, restart: true}}"
        )
    )
    with two.meanwhile(
        lambda: two.err.until("shop-web-1  Started"),
        lambda: two.out.until("web begins"),
        lambda: two.out.until("db begins"),
        lambda: two.engine.crash("shop-web-1", 3),
    ):
        said = two("up --abort-on-container-exit")
    said.says("""
        exit 3
        1| Attaching to db-1, web-1
        1| db-1   | db begins
        1| db-1 exited with code 143
        1| web-1  | web begins
        1| web-1 exited with code 3
        2|  Container shop-db-1  Recreate  its configuration changed: init + true
        2|  Container shop-db-1  Recreated
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Stopping  a dependency is recreated: depends on db
        2|  Container shop-web-1  Stopped
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
        2| Aborting on container exit...
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
        2|  Container shop-web-1  Stopped
    """)


def test_a_failed_start_tells_the_story_and_leaves_what_runs(two: CommandLine) -> None:
    two.engine.fail(
        "start", EngineRefused('exec: "webserver": executable file not found in $PATH', status=400), target="web"
    )
    gate = two.engine.hold("start", "web")
    with two.meanwhile(lambda: two.out.until("db begins"), gate.release):
        said = two("up")
    said.says("""
        exit 1
        1| Attaching to db-1, web-1
        1| db-1   | db begins
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Error  exec: "webserver": executable file not found in $PATH
        2| error: cannot start web-1: exec: "webserver": executable file not found in $PATH
        2|   service       web (container shop-web-1)
        2|
        2| 1 container still running: shop-db-1
    """)
    assert two.states() == {"shop-db-1": "running", "shop-web-1": "created"}


def test_the_engine_goes_away_for_good(two: CommandLine) -> None:
    two.patch.setattr("composer.execute.session.PAUSES", (0.0, 0.0))

    def leave() -> None:
        begun(two)
        two.engine.fail("events", EngineUnreachable("cannot reach the Docker Engine at fake"), times=0)
        two.engine.disconnect()

    with two.meanwhile(leave):
        said = two("up")
    said.says("""
        exit 1
        1| Attaching to db-1, web-1
        1| db-1   | db begins
        1| web-1  | web begins
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
        2| error: cannot reach the Docker Engine at fake [CMP-3001]
    """)


def test_the_engine_comes_back(two: CommandLine) -> None:
    """What it forgot to tell is looked at, and what ends later is told as ever."""

    def blink() -> None:
        begun(two)
        two.engine.disconnect()
        two.engine.crash("shop-web-1", 0)
        two.engine.crash("shop-db-1", 2)

    with two.meanwhile(blink):
        code, out, _ = two.raw("up")
    assert code == 0
    assert sorted(out.splitlines()) == [
        "Attaching to db-1, web-1",
        "db-1   | db begins",
        "db-1 exited with code 2",
        "web-1  | web begins",
        "web-1 exited with code 0",
    ]


def test_in_json_only_the_output_of_containers_is_text(two: CommandLine) -> None:
    with two.meanwhile(lambda: begun_json(two), interrupt):
        code, out, err = two.raw("--progress json up")
    assert code == 130
    assert sorted(out.splitlines()) == [
        "Attaching to db-1, web-1",
        "db-1   | db begins",
        "db-1 exited with code 143",
        "web-1  | web begins",
        "web-1 exited with code 143",
    ]
    assert '{"event": "interrupt", "message": "Gracefully stopping... (press Ctrl+C again to force)"}\n' in err


def begun_json(cli: CommandLine) -> None:
    cli.out.until("web begins")
    cli.err.until('"ok": true')


def test_no_thread_is_left(two: CommandLine) -> None:
    before = set(threading.enumerate())
    with two.meanwhile(lambda: begun(two), interrupt):
        two("up")
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(5)
    assert [thread.name for thread in left if thread.is_alive()] == []


def test_what_hooks_put_out_stands_among_the_output(cli: CommandLine) -> None:
    cli.write("""
        services:
          db:
            image: busybox
            post_start: [{command: [echo, hello]}, {command: "true"}, {command: [echo, bye]}]
            pre_stop: [{command: [echo, unheard]}]
    """)
    with cli.meanwhile(
        lambda: cli.out.until("bye"), lambda: cli.err.until("Started"), lambda: cli.engine.crash("shop-db-1", 0)
    ):
        code, out, _ = cli.raw("up")
    assert (code, out) == (0, "Attaching to db-1\ndb-1 ->  | hello\ndb-1 ->  | bye\ndb-1 exited with code 0\n")


def test_what_hooks_put_out_as_objects(cli: CommandLine) -> None:
    cli.write("services: {db: {image: busybox, post_start: [{command: [echo, hello]}]}}")
    code, out, err = cli.raw("--progress json up -d")
    assert (code, out) == (0, "")
    (told,) = [one for one in map(json.loads, err.splitlines()) if one.get("event") == "hook"]
    assert (told["replica"], told["text"]) == ("db-1", "hello")
