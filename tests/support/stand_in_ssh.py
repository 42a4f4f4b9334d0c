"""A program called `ssh` that forwards a socket to one of this machine, as ssh would to another's.

Knows of ssh what Composer uses: `-L local:remote`, that the forwarding is there before the command runs, and that
the end of its standard input ends it. Each call is a line in `calls` beside the program.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

PROGRAM = """\
import os, select, socket, sys, threading

folder = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(folder, "calls"), "a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
local, _, remote = sys.argv[sys.argv.index("-L") + 1].partition(":")


def pass_on(one, other):
    with one, other:
        ends = {one: other, other: one}
        while ends:
            for ready in select.select(list(ends), [], [])[0]:
                data = ready.recv(65536)
                if data:
                    ends[ready].sendall(data)
                else:
                    try:
                        ends[ready].shutdown(socket.SHUT_WR)
                    except OSError:
                        pass
                    del ends[ready]


def accept(listening):
    while True:
        there = socket.socket(socket.AF_UNIX)
        here, _ = listening.accept()
        there.connect(remote)
        threading.Thread(target=pass_on, args=(here, there), daemon=True).start()


listening = socket.socket(socket.AF_UNIX)
listening.bind(local)
listening.listen(64)
threading.Thread(target=accept, args=(listening,), daemon=True).start()
print("composer-ready", flush=True)
sys.stdin.read()
os._exit(0)
"""


def write_to(folder: Path) -> Path:
    """The program, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "ssh"
    program.write_text(f"#!{sys.executable}\n{PROGRAM}")
    program.chmod(0o755)
    return program


def put_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_to(folder)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
