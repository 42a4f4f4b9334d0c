"""How long a saved file takes to be in the running container, under `watch` of both tools.

Run as `python -m tests.bench.latency`: one container and one rule a tool, edits one after the other. A program in the
container says each new content on its output, so that no look from outside is in the figures' way.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.support.scenario import read_until
from tests.support.tool import COMPOSER, PEER, Tool, clean_environment

REACH = 0.7
FILE = """
services:
  web:
    image: busybox
    init: true
    command: sleep 100000
    stop_grace_period: 0s
    develop:
      watch:
        - {action: sync, path: ./src, target: /app}
"""
# The pause bounds how finely is measured.
TELL = 'n=; while :; do read m < /app/a 2>/dev/null; [ "$m" = "$n" ] || { n=$m; echo "$n"; }; usleep 5000; done'


@contextmanager
def _going(tool: Tool, *arguments: str, folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = tool.start(arguments, cwd=folder, environment=environment)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def latencies(tool: Tool, edits: int) -> list[float]:
    """Seconds from before the save to its content's being read in the container. The first edit only warms up."""
    with tempfile.TemporaryDirectory(prefix="composer-bench-") as name:
        folder = Path(name)
        environment = clean_environment(COMPOSE_PROJECT_NAME=f"bench-{os.getpid()}", XDG_STATE_HOME=f"{name}/state")
        (folder / "compose.yaml").write_text(FILE)
        (folder / "src").mkdir()
        try:
            with _going(tool, "watch", folder=folder, environment=environment) as watch:
                read_until(watch, "Watch enabled")
                inside = ("exec", "-T", "web", "sh", "-c", f"echo begun; {TELL}")
                with _going(PEER, *inside, folder=folder, environment=environment) as teller:
                    read_until(teller, "begun")
                    return [_one(folder / "src" / "a", f"edit-{number};", teller) for number in range(edits + 1)][1:]
        finally:
            PEER.run(("down", "-t", "0"), cwd=folder, environment=environment)


def _one(file: Path, text: str, teller: subprocess.Popen[str]) -> float:
    begun = time.perf_counter()
    file.write_text(text + "\n")
    read_until(teller, text)
    return time.perf_counter() - begun


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.latency", description=__doc__)
    parser.add_argument("-n", "--edits", type=int, default=20)
    edits = parser.parse_args(arguments).edits
    ours, theirs = (latencies(tool, edits) for tool in (COMPOSER, PEER))
    print(f"load average {os.getloadavg()[0]:.2f}; {edits} edits; save → in the container, seconds, median (largest)")
    print(f"composer {median(ours):.3f} ({max(ours):.3f}); docker compose {median(theirs):.3f} ({max(theirs):.3f})")
    print(f"ratio {median(ours) / median(theirs):.2f}, wanted {REACH:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
