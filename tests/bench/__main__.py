"""Paired runs of composer and docker compose, one after the other, on the engine that DOCKER_HOST leads to.

python -m tests.bench                        every case, 5 pairs
python -m tests.bench -n 11 wild-chain-4     chosen cases
python -m tests.bench --json figures.json    every figure of every pair as well
python -m tests.bench.latency                save → in the container, under `watch`
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from statistics import median

import composer
from tests.bench.cases import CASES, Case, Step
from tests.bench.measure import CommandFailedError, Cost, measure
from tests.support.tool import COMPOSER, PEER, Tool, clean_environment

Figures = dict[str, list[Cost]]  # by tool
HEADER = f"{'case':<38}{'ratio':>7}{'reach':>7}{'wall s':>18}{'client CPU s':>16}{'peak MiB':>12}"


def main(arguments: list[str]) -> int:
    options = _parse(arguments)
    # As an installed package is: where bytecode may not be written, every run would compile the sources again.
    compileall.compile_dir(str(Path(composer.__file__).parent), quiet=1)
    chosen = [case for case in CASES if not options.cases or case.name in options.cases]
    print(f"load average {os.getloadavg()[0]:.2f}; {options.pairs} pairs; composer / docker compose\n\n{HEADER}")
    everything: dict[str, Figures] = {}
    for case in chosen:
        try:
            measured = run_case(case, pairs=options.pairs)
        except CommandFailedError as error:
            print(f"{case.name:<38} failed: {error}")
            continue
        for step, figures in measured:
            name = f"{case.name}: {step.label}"
            everything[name] = figures
            print(row(name, step, figures), flush=True)
    if options.json:
        plain = {
            name: {tool: [asdict(c) for c in costs] for tool, costs in f.items()} for name, f in everything.items()
        }
        options.json.write_text(json.dumps(plain, indent=1))
    return 0


def run_case(case: Case, *, pairs: int) -> list[tuple[Step, Figures]]:
    """Every pair brings the project up and down once with each tool; who begins alternates."""
    measured = {at: {COMPOSER.name: [], PEER.name: []} for at, step in enumerate(case.steps) if step.label}
    with tempfile.TemporaryDirectory(prefix="composer-bench-") as folder:
        (Path(folder) / "compose.yaml").write_text(case.text)
        if case.files is not None:
            case.files(Path(folder))
        for pair in range(pairs):
            for tool in (COMPOSER, PEER) if pair % 2 == 0 else (PEER, COMPOSER):
                for at, cost in _one_run(case, tool, Path(folder)):
                    measured[at][tool.name].append(cost)
    return [(case.steps[at], figures) for at, figures in measured.items()]


def _one_run(case: Case, tool: Tool, folder: Path) -> list[tuple[int, Cost]]:
    """The project's name is the same for both tools, so that neither gains by a shorter one."""
    environment = clean_environment(COMPOSE_PROJECT_NAME=f"bench-{os.getpid()}")
    costs = []
    try:
        for at, step in enumerate(case.steps):
            if step.edit is not None:
                step.edit(folder)
            arguments = step.peer if tool is PEER and step.peer else step.arguments
            command = arguments if arguments[:1] == ("docker",) else (*tool.command, *arguments)
            cost = measure(command, cwd=folder, environment={**environment, **step.variables})
            if step.label:
                costs.append((at, cost))
    except CommandFailedError:
        measure((*PEER.command, "down", "-v", "-t", "0"), cwd=folder, environment=environment)
        raise
    return costs


def row(name: str, step: Step, figures: Figures) -> str:
    """Ratio: the median of the pairs' own ratios, which the machine's mood moves least."""
    ours, theirs = figures[COMPOSER.name], figures[PEER.name]
    ratio = median(a.wall / b.wall for a, b in zip(ours, theirs, strict=True))
    pairs = [
        (median(getattr(c, of) for c in ours), median(getattr(c, of) for c in theirs))
        for of in ("wall", "cpu", "memory")
    ]
    (wall, peer_wall), (cpu, peer_cpu), (memory, peer_memory) = pairs
    reach = f"{step.reach:.2f}" if step.reach else f"{step.within:.2f}s" if step.within else "-"
    figures_text = f"{wall:.3f} / {peer_wall:.3f}", f"{cpu:.3f} / {peer_cpu:.3f}", f"{memory:.0f} / {peer_memory:.0f}"
    return f"{name:<38}{ratio:>7.2f}{reach:>7}{figures_text[0]:>18}{figures_text[1]:>16}{figures_text[2]:>12}"


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", choices=[[], *(case.name for case in CASES)], metavar="CASE")
    parser.add_argument("-n", "--pairs", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    parser.epilog = "cases: " + ", ".join(case.name for case in CASES)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
