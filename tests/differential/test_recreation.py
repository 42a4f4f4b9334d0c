"""What `up` keeps, replaces, starts and removes: docker compose and composer do the same to the same containers.

All is brought up by docker compose, something changes, and then either tool acts on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER, Tool

pytestmark = [pytest.mark.engine, pytest.mark.peer]

Deed = Callable[[Scenario, str], object]  # done by hand; the text is the group's prefix
# The name of a one-off; and which replica stays of those that are all out of date (see INTENDED.md).
LEFT_TO_CHANCE = "(?<=-run)-[0-9a-f]{12}$|(?<=^fewerchanged-web)-[0-9]+$"
TAIL = "networks: {default: , front: , back: }\nvolumes: {one: , two: }\n"


def stop(service: str) -> Deed:
    return lambda scenario, group: scenario.engine.stop(scenario.name(group + service), timeout=0)


def remove(service: str, number: int = 1) -> Deed:
    return lambda scenario, group: scenario.engine.remove_container(scenario.name(group + service, number), force=True)


def rename(service: str) -> Deed:
    def act(scenario: Scenario, group: str) -> None:
        scenario.engine.rename(scenario.name(group + service), f"{scenario.project}-{group}renamed")

    return act


def leave(service: str) -> Deed:
    def act(scenario: Scenario, group: str) -> None:
        network = f"{scenario.project}_default"
        scenario.engine.disconnect_container_from_network(scenario.name(group + service), network)

    return act


def one_offs(scenario: Scenario, group: str) -> None:
    """One that has ended, one that runs."""
    for arguments in (("run", "--no-deps"), ("run", "-d", "--no-deps")):
        scenario.peer(*arguments, f"{group}web", *(["true"] if "-d" not in arguments else []))


def nothing(scenario: Scenario, group: str) -> None:
    del scenario, group


@dataclass(frozen=True, slots=True)
class Case:
    """Services by name, with what each has beyond a command that runs until it is stopped; `@db` is a service's name.
    `after` None: the file stays as it is."""

    before: Mapping[str, str]
    after: Mapping[str, str] | None = None
    deed: Deed = nothing
    arguments: tuple[str, ...] = field(default=(), kw_only=True)
    first: tuple[str, ...] = field(default=(), kw_only=True)


def file_of(groups: Mapping[str, Mapping[str, str]]) -> str:
    text = "services:\n"
    for group, services in groups.items():
        for name, more in services.items():
            declared = re.sub(r"@(\w+)", rf"{group}\1", more)
            text += f"  {group}{name}: {{image: busybox, init: true, command: sleep 1000, {declared}}}\n"
    return text + TAIL


def outcome(scenario: Scenario, tool: Tool, cases: Mapping[str, Case], *, arguments: tuple[str, ...] = ()) -> list[str]:
    """For each container: kept or new, and its state; with the exit status of the command."""
    scenario.write(file_of({group: case.before for group, case in cases.items()}))
    first = [argument for case in cases.values() for argument in case.first]
    scenario.peer("up", "-d", *first)
    before = set(scenario.ids().values())
    for group, case in cases.items():
        case.deed(scenario, group)
    scenario.write(file_of({group: case.before if case.after is None else case.after for group, case in cases.items()}))
    detached = () if "--no-start" in arguments else ("-d",)
    ran = scenario.run(tool, "up", *detached, *arguments, code=None)
    states = scenario.states()
    found = [
        f"{re.sub(LEFT_TO_CHANCE, '', name)}: {'kept' if identity in before else 'new'} {states[name]}"
        for name, identity in scenario.ids().items()
    ]
    scenario.sweep()
    return [*sorted(found), f"exit {ran.code}"]


WEB_DB = {"web": "depends_on: [@db]", "db": ""}
CHANGED = "environment: {A: b}"
CHANGED_DB = {**WEB_DB, "db": CHANGED}
CHANGED_WEB = {**WEB_DB, "web": f"{CHANGED}, depends_on: [@db]"}
RESTART = {"web": "depends_on: {@db: {condition: service_started, restart: true}}", "db": ""}

# All in one project: groups of services that have nothing to do with each other.
TOGETHER = {
    "same-": Case(WEB_DB),
    "dependency-": Case(WEB_DB, CHANGED_DB),
    "dependent-": Case(WEB_DB, CHANGED_WEB),
    "restart-": Case(RESTART, {**RESTART, "db": CHANGED}),
    "chain-": Case(
        {**RESTART, "api": "depends_on: {@web: {condition: service_started, restart: true}}"},
        {**RESTART, "api": "depends_on: {@web: {condition: service_started, restart: true}}", "db": CHANGED},
    ),
    "optional-": Case(
        {"web": "depends_on: {@db: {condition: service_started, required: false}}", "db": ""},
        {"web": "depends_on: {@gone: {condition: service_started, required: false}}", "db": ""},
    ),
    "stopped-": Case(WEB_DB, None, stop("db")),
    "stoppedchanged-": Case(WEB_DB, CHANGED_DB, stop("db")),
    "removed-": Case(WEB_DB, None, remove("db")),
    "renamed-": Case(WEB_DB, None, rename("db")),
    "renamedchanged-": Case(WEB_DB, CHANGED_DB, rename("db")),
    "off-": Case(WEB_DB, None, leave("db")),
    "orphan-": Case(WEB_DB, {"web": ""}),
    "oneoffs-": Case({"web": ""}, None, one_offs),
    "profile-": Case(WEB_DB, {"web": "", "db": "profiles: [off]"}),
    "network-": Case(
        {"side": 'network_mode: "service:@db"', "db": ""}, {"side": 'network_mode: "service:@db"', "db": CHANGED}
    ),
    "volumes-": Case(
        {"side": "volumes_from: [@db]", "db": "volumes: [/data]"},
        {"side": "volumes_from: [@db]", "db": f"volumes: [/data], {CHANGED}"},
    ),
    "front-": Case({"web": "networks: [front]"}, {"web": "networks: [back]"}),
    "data-": Case({"web": "volumes: [one:/data]"}, {"web": "volumes: [two:/data]"}),
    "replicas-": Case({"web": "scale: 1"}, {"web": "scale: 3"}),
    "gap-": Case({"web": "scale: 3"}, None, remove("web", 2)),
    "fewer-": Case({"web": "scale: 3"}, {"web": "scale: 1"}),
    "fewerchanged-": Case({"web": "scale: 3"}, {"web": f"scale: 2, {CHANGED}"}),
    "morechanged-": Case({"web": "scale: 1"}, {"web": f"scale: 2, {CHANGED}"}),
    "none-": Case({"web": "scale: 1"}, {"web": "scale: 0"}),
}
ALONE = {
    "no-recreate": Case(WEB_DB, CHANGED_DB, stop("web"), arguments=("--no-recreate",)),
    "force-recreate of one service": Case(WEB_DB, None, arguments=("--force-recreate", "web")),
    "always-recreate-deps": Case(WEB_DB, None, arguments=("--always-recreate-deps", "web")),
    "a changed dependency of the service named": Case(WEB_DB, CHANGED_DB, arguments=("web",)),
    "no-deps": Case(WEB_DB, {**CHANGED_WEB, "db": CHANGED}, arguments=("--no-deps", "web")),
    "fresh anonymous volumes": Case({"web": "volumes: [/data]", "db": ""}, None, arguments=("-V",)),
    "restart true and no-deps": Case(RESTART, {**RESTART, "db": CHANGED}, arguments=("--no-deps", "db")),
    "orphans to remove": Case(WEB_DB, {"web": ""}, one_offs, arguments=("--remove-orphans",)),
    "create": Case(WEB_DB, CHANGED_DB, arguments=("--no-start",)),
}


def test_both_tools_decide_the_same(scenario: Scenario, peer: str) -> None:
    by_peer = outcome(scenario, PEER, TOGETHER)
    by_composer = outcome(scenario, COMPOSER, TOGETHER)
    assert by_composer == by_peer


@pytest.mark.parametrize("name", ALONE)
def test_both_tools_take_the_flags_alike(scenario: Scenario, peer: str, name: str) -> None:
    by_peer = outcome(scenario, PEER, {"": ALONE[name]}, arguments=ALONE[name].arguments)
    by_composer = outcome(scenario, COMPOSER, {"": ALONE[name]}, arguments=ALONE[name].arguments)
    assert by_composer == by_peer
