"""Much at once, measured: does Composer keep up, with flat memory and without losing anything?

python -m tests.bench.load follow [SERVICES SECONDS]    `logs -f` of that many services, each with 10 lines a second
python -m tests.bench.load flood [MEGABYTES]            so much through one `logs -f`
python -m tests.bench.load events [STARTS]              `events` while containers start
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.tool import COMPOSER, clean_environment


class Watched:
    """A composer command of which memory (MiB) and open files are looked at while it goes on."""

    def __init__(self, folder: Path, *arguments: str, output: Path) -> None:
        self._file = output.open("wb")
        self.memory: list[float] = []
        self.files: list[int] = []
        environment = clean_environment(COMPOSE_PROJECT_NAME=f"load-{os.getpid()}")
        self.process = subprocess.Popen(
            (*COMPOSER.command, *arguments), cwd=folder, env=environment, stdout=self._file, stderr=subprocess.STDOUT
        )

    def look(self) -> None:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        self.memory.append(int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024)
        self.files.append(len(list(Path(f"/proc/{self.process.pid}/fd").iterdir())))

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
        self._file.close()

    def told(self) -> str:
        quarter = max(1, len(self.memory) // 4)
        return (
            f"memory MiB: first quarter at most {max(self.memory[:quarter]):.0f}, whole run {max(self.memory):.0f}; "
            f"open files at most {max(self.files)}, at the end {self.files[-1]}"
        )


@contextlib.contextmanager
def project(text: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="composer-load-") as name:
        folder = Path(name)
        (folder / "compose.yaml").write_text(text)
        try:
            yield folder
        finally:
            compose(folder, "down", "-t", "0")


def compose(folder: Path, *arguments: str) -> str:
    """What it says of its progress."""
    environment = clean_environment(COMPOSE_PROJECT_NAME=f"load-{os.getpid()}")
    command = (*COMPOSER.command, *arguments)
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stderr


def follow(services: int = 100, seconds: int = 60) -> None:
    script = "i=0; while true; do i=$$((i+1)); echo line $$i; sleep 0.1; done"
    service = f'{{image: busybox, init: true, network_mode: none, command: ["sh", "-c", "{script}"]}}'
    text = "services:\n" + "".join(f"  s{number}: {service}\n" for number in range(services))
    with project(text) as folder:
        output = folder / "output"
        compose(folder, "up", "-d")
        watched = Watched(folder, "logs", "-f", "--no-color", output=output)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(1)
            watched.look()
        compose(folder, "kill")
        watched.end()
        seen: dict[str, list[int]] = {}
        for name, number in re.findall(r"^(\S+)\s+\| line (\d+)$", output.read_text(), re.MULTILINE):
            seen.setdefault(name, []).append(int(number))
        whole = sum(numbers == list(range(1, len(numbers) + 1)) for numbers in seen.values())
        lines = sum(map(len, seen.values()))
        print(f"{lines} lines of {len(seen)} services, {whole} without gap or repetition; {watched.told()}")


def flood(megabytes: int = 1000) -> None:
    lines = megabytes * 10_000
    script = f"yes {'x' * 92} | head -n {lines} | cat -n"
    text = f'services: {{s: {{image: busybox, network_mode: none, command: ["sh", "-c", "{script}"]}}}}\n'
    with project(text) as folder:
        compose(folder, "create")
        pipe = folder / "pipe"
        os.mkfifo(pipe)
        counts = {"bytes": 0, "lines": 0}

        def drain() -> None:
            with pipe.open("rb") as stream:
                while data := stream.read(1 << 20):
                    counts["bytes"] += len(data)
                    counts["lines"] += data.count(b"|")

        reader = threading.Thread(target=drain)
        reader.start()
        compose(folder, "start")
        began = time.monotonic()
        watched = Watched(folder, "logs", "-f", "--no-color", output=pipe)
        while watched.process.poll() is None:
            with contextlib.suppress(OSError, IndexError):
                watched.look()
            time.sleep(0.5)
        watched.end()
        reader.join()
        took = time.monotonic() - began
        print(f"{counts['lines']} of {lines} lines, {counts['bytes'] / 1e6:.0f} MB in {took:.0f} s; {watched.told()}")


def events(starts: int = 1000) -> None:
    services = 20
    text = "services:\n" + "".join(
        f'  s{number}: {{image: busybox, network_mode: none, command: ["true"]}}\n' for number in range(services)
    )
    with project(text) as folder:
        output = folder / "output"
        compose(folder, "create")
        watched = Watched(folder, "events", "--json", output=output)
        time.sleep(2)
        made = 0
        while made < starts:  # one that has not ended yet is not started
            made += len(re.findall(r"  Started$", compose(folder, "start"), re.MULTILINE))
            watched.look()
        time.sleep(2)
        watched.look()
        watched.end()
        told = [json.loads(line) for line in output.read_text().splitlines()]
        begun = sum(event["action"] == "start" for event in told)
        ended = sum(event["action"] == "die" for event in told)
        print(f"{begun} starts and {ended} ends of {made} told; {watched.told()}")


if __name__ == "__main__":
    {"follow": follow, "flood": flood, "events": events}[sys.argv[1]](*map(int, sys.argv[2:]))
