"""What is measured: a project, the steps that lead there, and the figure each measured step should reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import projects


@dataclass(frozen=True, slots=True)
class Step:
    """One command. `label`: how the measured step is called; empty when it only prepares. `reach`: the wall-clock
    ratio to docker compose that is wanted, if one is; `within`: the seconds. `peer`: docker compose's command, where it
    has not the same; a whole command line if it begins with `docker`."""

    arguments: tuple[str, ...]
    label: str = ""
    reach: float | None = None
    within: float | None = None
    peer: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    edit: Callable[[Path], None] | None = None  # done in the project's folder before, not measured


@dataclass(frozen=True, slots=True)
class Case:
    """A project and the steps each tool takes with it, from nothing to nothing. `files` writes more into its folder."""

    name: str
    text: str
    steps: tuple[Step, ...]
    files: Callable[[Path], None] | None = None


UP = ("up", "-d")
WAIT = ("up", "-d", "--wait")
DRY = ("--dry-run", "up", "-d")
COMPLETE = ("docker", "__complete", "compose")
DOWN = ("down", "-t", "0", "-v")
QUICK = 'test: "true", start_interval: 100ms, start_period: 20s'
WILD = 'test: "test -f /ready", interval: 5s'
BUILD = ("build", "-q")


def _independent(count: int, *, reach: float | None) -> Case:
    steps = (Step(UP, "up", reach), Step(UP, "no-op up", 2.0), Step(("ps",), "ps", 2.0), Step(DOWN, "down", reach))
    return Case(f"independent-{count}", projects.independent(count), steps)


CASES = (
    Case(
        "start-up",
        projects.independent(1),
        (Step(("version",), "version", 1.0), Step(("--help",), "--help")),
    ),
    _independent(1, reach=None),
    _independent(10, reach=1.10),
    _independent(30, reach=1.10),
    Case("chain-10", projects.chain(10), (Step(UP, "up"), Step(DOWN, "down"))),
    Case("healthy-chain-6", projects.chain(6, healthcheck=QUICK), (Step(WAIT, "up --wait", 0.88), Step(DOWN, "down"))),
    Case(
        "wild-chain-4",
        projects.chain(4, healthcheck=WILD, service=projects.READY),
        (Step(WAIT, "up --wait", 0.25), Step(DOWN)),
    ),
    Case(
        "noop-healthy-chain-4",
        projects.chain(4, healthcheck=QUICK),
        (Step(WAIT), Step(UP, "no-op up", 0.35), Step(DOWN)),
    ),
    Case("stack-17", projects.stack(), (Step(WAIT, "up --wait"), Step(DOWN, "down"))),
    Case(
        "one-of-20-changed",
        projects.one_that_changes(20),
        (Step(UP), Step((*UP, "-t", "0"), "up", 1.0, variables={"COLOUR": "red"}), Step(DOWN)),
    ),
    Case("scale-1-to-6", projects.independent(1), (Step(UP), Step((*UP, "--scale", "s0001=6"), "up", 1.0), Step(DOWN))),
    Case(
        "plan-100",
        projects.one_that_changes(100),
        (
            Step(UP),
            Step(("plan",), "plan", within=0.5, peer=DRY),
            Step(("plan",), "plan of a change", within=0.5, peer=DRY, variables={"COLOUR": "red"}),
            Step(DOWN),
        ),
    ),
    Case("build-small", projects.BUILT_INLINE, (Step(BUILD), Step(BUILD, "cached build", 0.5))),
    Case(
        "build-200MB",
        projects.BUILT,
        (Step(BUILD), Step(BUILD, "cached build", 0.5), Step(BUILD, "one file changed", 0.5, edit=projects.edit_one)),
        files=projects.big_context,
    ),
    Case("config-100", projects.rich_services(100), (Step(("config", "-q"), "config -q"), Step(("config",), "config"))),
    Case("config-1000", projects.rich_services(1000), (Step(("config",), "config"),)),
    Case(
        "commands-inside",
        projects.independent(1),
        (
            Step(UP),
            Step(("exec", "-T", "s0001", "true"), "exec true", 2.0),
            Step(("run", "--rm", "-T", "s0001", "true"), "run --rm true", 2.0),
            Step(DOWN),
        ),
    ),
    Case(
        "completion-100",
        projects.independent(100),
        (
            Step(("__complete", "logs", ""), "services", within=0.15, peer=(*COMPLETE, "logs", "")),
            Step(("__complete", "up", "--"), "flags", within=0.15, peer=(*COMPLETE, "up", "--")),
        ),
    ),
    Case(
        "logs-8x20000",
        projects.talkers(8, 20_000),
        (Step(("up", "--no-color")), Step(("logs", "--no-color"), "logs", 0.7), Step(DOWN)),
    ),
)
