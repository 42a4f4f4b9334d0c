"""The picture of the live view in the README, made from the real program on the real example.

python3 -m tests.support.machine exec python -m tests.support.picture examples/live-view.svg
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests.support.machine.folders import CHECKOUT
from tests.support.terminal import Terminal, render
from tests.support.tool import clean_environment

SIZE = (30, 92)
REDRAW = re.compile(r"(?:\x1b\[2K\x1b\[1A)+")  # the last frame is erased upwards, line by line
# Rich's own template without its link to a font on the network.
TEMPLATE = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def record() -> str:
    """Everything the terminal received during `composer up -d --wait` of the stack."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Path(folder) / "stack"
        shutil.copytree(CHECKOUT / "examples" / "stack", stack)
        command = ["composer", "up", "-d", "--wait"]
        with Terminal(command, cwd=stack, environment=clean_environment(), size=SIZE) as terminal:
            code = terminal.wait()
        subprocess.run(["composer", "down", "-v"], cwd=stack, check=True)
    if code:
        raise SystemExit(terminal.transcript)
    return terminal.transcript


def busiest(transcript: str) -> list[str]:
    """The frame with the most different things going on, the earlier of equals."""
    frames = [transcript[: redraw.start()] for redraw in REDRAW.finditer(transcript)]
    screens = {prefix: render(prefix, width=SIZE[1]) for prefix in frames}
    best = max(frames, key=lambda prefix: _variety(screens[prefix]))
    return render(best, width=SIZE[1], colours=True)


def _variety(lines: list[str]) -> tuple[int, int]:
    words = [line.split() for line in lines if line.strip()]
    return len({word[2] for word in words if len(word) > 2}), sum("probing" in word for word in words)


def main(target: str) -> int:
    transcript = record()
    console = Console(record=True, width=SIZE[1], file=open(os.devnull, "w"), force_terminal=True)  # noqa: SIM115, PTH123
    middle, end = busiest(transcript), render(transcript, width=SIZE[1], colours=True)
    for line in ["$ composer up -d --wait", *middle, "", "  … and when all is ready:", "", *end]:
        console.print(Text.from_ansi(line), soft_wrap=True)
    console.save_svg(target, title="composer up", theme=MONOKAI, code_format=TEMPLATE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
