"""The engine's state changes in the middle of a run: what is left is planned again, at most twice."""

from __future__ import annotations

import pytest

from composer.errors import EngineRefused, EngineUnreachable, NotFound
from tests.support.command_line import CommandLine

ONE = "services: {web: {image: busybox}}"
AGAIN = "The project changed meanwhile: planning again"


@pytest.fixture
def shop(cli: CommandLine) -> CommandLine:
    cli.write(ONE)
    return cli


def test_a_container_removed_by_hand_before_its_start(shop: CommandLine) -> None:
    gate = shop.engine.hold("start", "web")

    def remove() -> None:
        gate.reached.wait()
        shop.engine.remove_container("shop-web-1", volumes=False, force=True)
        gate.release()

    with shop.meanwhile(remove):
        said = shop("up -d")
    said.says(f"""
        exit 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Error  No such container: {{id}}
        2| cannot start web-1: No such container: {{id}}
        2| {AGAIN} (1 of 2)
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
    """)
    assert shop.states() == {"shop-web-1": "running"}


def test_a_container_removed_by_hand_while_it_is_waited_for(cli: CommandLine) -> None:
    cli.write("""
        services:
          web: {image: busybox, depends_on: {job: {condition: service_completed_successfully}}}
          job: {image: busybox}
    """)
    shown = cli.err

    def remove() -> None:
        shown.until("shop-job-1  Waiting")
        cli.engine.remove_container("shop-job-1", volumes=False, force=True)
        shown.until("shop-job-1  Waiting", times=2)
        cli.engine.crash("shop-job-1", 0)

    with cli.meanwhile(remove):
        code, _, told = cli.raw("up -d")
    assert (code, told.count(AGAIN)) == (0, 1)
    assert cli.states() == {"shop-job-1": "exited", "shop-web-1": "running"}


def test_a_network_that_vanishes(shop: CommandLine) -> None:
    gate = shop.engine.hold("start", "web")

    def remove() -> None:
        gate.reached.wait()
        shop.engine.remove_network("shop_default")
        gate.release()

    with shop.meanwhile(remove):
        code, _, told = shop.raw("up -d")
    assert (code, told.count(AGAIN)) == (0, 1)
    assert shop.states() == {"shop-web-1": "running"}


def test_an_engine_that_restarts(shop: CommandLine) -> None:
    gone = EngineUnreachable("the connection to the Docker Engine broke off")
    shop.engine.fail("start", gone)
    shop.engine.fail("containers", gone, skip=1, times=2)
    code, _, told = shop.raw("up -d")
    assert (code, told.count(AGAIN)) == (0, 1)
    assert shop.states() == {"shop-web-1": "running"}


def test_other_verbs_do_not_give_up_either(shop: CommandLine) -> None:
    shop.raw("up -d")
    shop.engine.fail("stop", EngineUnreachable("the connection to the Docker Engine broke off"))
    code, _, told = shop.raw("down")
    assert (code, told.count(AGAIN)) == (0, 1)
    assert shop.states() == {}


def test_twice_is_enough(shop: CommandLine) -> None:
    for number in (1, 2, 3):
        shop.engine.fail("start", NotFound(f"network {number} not found"))
    code, _, told = shop.raw("up -d")
    assert (code, told.count(AGAIN)) == (1, 2)
    assert told.endswith("""
error: cannot start web-1: network 3 not found
  service       web (container shop-web-1)

nothing of the project is running
warning: planned again 2 times: something else keeps changing the project
""")


def test_the_same_trouble_again_is_no_accident(shop: CommandLine) -> None:
    shop.engine.fail("start", NotFound("network of nobody not found"), times=0)
    code, _, told = shop.raw("up -d")
    assert (code, told.count(AGAIN)) == (1, 1)


def test_what_planning_again_does_not_cure_ends_at_once(shop: CommandLine) -> None:
    shop.engine.fail("create_container", EngineRefused("mkdir /x: no space left on device"))
    shop("up -d").says("""
        exit 1
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Error  mkdir /x: no space left on device
        2| error: cannot create container shop-web-1: mkdir /x: no space left on device
        2|   service       web
        2|
        2| nothing of the project is running
    """)


def test_what_was_forced_already_is_not_forced_again(cli: CommandLine) -> None:
    cli.write("services: {db: {image: busybox}, web: {image: busybox, depends_on: [db]}}")
    cli.raw("up -d")
    cli.engine.fail("start", EngineUnreachable("the connection to the Docker Engine broke off"), target="web")
    code, _, told = cli.raw("up -d --force-recreate")
    assert (code, told.count(AGAIN)) == (0, 1)
    made = [arguments[0] for arguments in cli.engine.called("create_container")]
    assert sum("db" in name for name in made) == sum("web" in name for name in made) == 2  # once by each command
