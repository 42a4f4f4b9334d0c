"""`--exit-codes fine`: a status a kind of failure. Without it, docker compose's 1."""

from __future__ import annotations

import pytest

from composer.cli.exitcodes import CODES, TABLE
from composer.engine.fake import exits, never_healthy, turns_unhealthy
from composer.errors import EngineRefused, EngineUnreachable
from composer.events.types import FailureKind
from tests.support.command_line import CommandLine, interrupt

PAIR = """
    services:
      db:
        image: busybox
        healthcheck: {test: [CMD, 'true'], interval: 1s, retries: 1}
      web:
        image: busybox
        depends_on: {db: {condition: CONDITION}}
"""


def codes(cli: CommandLine, line: str, *, fine: str = "--exit-codes fine") -> tuple[int, int]:
    """Without, and with fine exit codes."""
    without = cli.raw(line)[0]
    cli.raw("down")
    with_them = cli.raw(f"{fine} {line}")[0]
    return without, with_them


def test_a_bad_file(cli: CommandLine) -> None:
    assert codes(cli, "config") == (1, 3), "no file at all"
    cli.write("services: {web: {imag: busybox}}")
    assert codes(cli, "up -d") == (1, 3)
    cli.setenv(COMPOSER_EXIT_CODES="fine")
    assert cli.raw("config")[0] == 3


def test_an_image_that_cannot_be_had(cli: CommandLine) -> None:
    cli.write("services: {web: {image: nowhere}}")
    assert codes(cli, "up -d") == (1, 4)


def test_an_unhealthy_dependency(cli: CommandLine) -> None:
    cli.write(PAIR.replace("CONDITION", "service_healthy"))
    cli.engine.script("db", turns_unhealthy())
    assert codes(cli, "up -d") == (1, 5)


def test_a_dependency_that_ended(cli: CommandLine) -> None:
    cli.write(PAIR.replace("CONDITION", "service_completed_successfully"))
    cli.engine.script("db", exits(3))
    assert codes(cli, "up -d") == (1, 6)


def test_a_wait_that_took_too_long(cli: CommandLine) -> None:
    cli.write(PAIR.replace("CONDITION", "service_started").replace("retries: 1", "retries: 900"))
    cli.engine.script("db", never_healthy())
    assert codes(cli, "up --wait --wait-timeout 1") == (1, 7)


def test_a_port_that_is_taken(cli: CommandLine) -> None:
    cli.write("services: {web: {image: busybox, ports: ['8080:80']}}")
    taken = EngineRefused("Bind for 0.0.0.0:8080 failed: port is already allocated", status=500)
    cli.engine.fail("start", taken, times=2)
    assert codes(cli, "up -d") == (1, 8)


def test_an_engine_that_does_not_answer(cli: CommandLine) -> None:
    cli.write("services: {web: {image: busybox}}")
    cli.engine.fail("containers", EngineUnreachable("nobody is there"), times=9)
    assert codes(cli, "ps") == (1, 9)


def test_an_interrupt_has_one_status_in_both_ways(cli: CommandLine) -> None:
    cli.write("services: {web: {image: busybox}}")
    for fine in ("", "--exit-codes fine"):
        with cli.meanwhile(lambda: cli.err.until("Started"), interrupt):
            assert cli.raw(f"{fine} up")[0] == 130
        cli.raw("down")


@pytest.mark.parametrize("fine", ["", "--exit-codes fine "])
def test_a_containers_own_status_passes_through(cli: CommandLine, fine: str) -> None:
    cli.write("services: {web: {image: busybox}}")
    cli.engine.script("web", exits(5))
    assert cli.raw(f"{fine}up --exit-code-from web")[0] == 5


def test_every_kind_has_a_status_and_every_status_its_words(cli: CommandLine) -> None:
    assert CODES.keys() == set(FailureKind)
    assert set(CODES.values()) <= TABLE.keys()
    told = cli.raw("--help")[1]
    assert [line for line in told.splitlines() if line.startswith("  8 ")] == ["  8    a host port is taken"]
