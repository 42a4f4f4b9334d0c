"""The process as a whole: how it ends, seen from outside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMPOSER = [sys.executable, "-m", "composer"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text("services: {a: {image: busybox}, b: {image: busybox}}\n")
    return tmp_path


def ended(arguments: list[str], folder: Path, *, stdout: int | None = subprocess.PIPE) -> tuple[int, str, str]:
    done = subprocess.run(
        [*COMPOSER, *arguments], cwd=folder, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout or "", done.stderr


def test_output_is_whole_and_the_status_is_the_commands(folder: Path) -> None:
    assert ended(["config", "--services"], folder) == (0, "a\nb\n", "")
    assert ended(["config", "--no-such"], folder)[0] == 1


def test_a_defect_shows_where_it_is() -> None:
    code = "import composer.__main__ as m; m.main = lambda: 1 / 0; m.console()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")


def test_an_interrupt_before_the_command_begins_is_no_defect() -> None:
    code = (
        "import signal, composer.__main__ as m; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "m.main = lambda: signal.raise_signal(signal.SIGINT); m.console()"
    )  # whoever runs this in the background may have it begin with the signal ignored
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_what_was_registered_for_the_end_is_done() -> None:
    code = (
        "import atexit, composer.__main__ as m; atexit.register(print, 'tidied'); m.main = lambda: print('said');"
        "m.console()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "said\ntidied\n")


def test_a_full_disk_is_told(folder: Path) -> None:
    with Path("/dev/full").open("w") as full:
        status, _, said = ended(["config", "--services"], folder, stdout=full.fileno())
    assert (status, said) == (1, "error: the output could not be written: No space left on device\n")


def test_a_reader_that_leaves_is_no_error(folder: Path) -> None:
    process = subprocess.Popen([*COMPOSER, "config"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"")


@pytest.mark.parametrize("variables", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}, {}])
def test_output_is_utf_8_whatever_the_locale_says(tmp_path: Path, variables: dict[str, str]) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))  # a name that is none in any encoding
    folder.mkdir()
    (folder / "compose.yaml").write_bytes("services: {a: {image: büsybox, volumes: ['./d:/d']}}\n".encode())
    done = subprocess.run(
        [*COMPOSER, "-p", "shop", "config"],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "image: büsybox".encode() in done.stdout


@pytest.mark.parametrize("encoding", ["ascii", "utf-8:strict"])
def test_a_file_from_standard_input_is_utf_8_too(tmp_path: Path, encoding: str) -> None:
    def config(text: bytes) -> subprocess.CompletedProcess[bytes]:
        environment = {**os.environ, "PYTHONIOENCODING": encoding}
        command = [*COMPOSER, "-p", "shop", "-f", "-", "config", "--images"]
        return subprocess.run(
            command, input=text, cwd=tmp_path, env=environment, capture_output=True, timeout=60, check=False
        )

    assert config("services: {a: {image: ü}}".encode()).stdout == "ü\n".encode()
    wrong = config(b"services: {a: {image: '\xff'}}")
    assert (wrong.returncode, wrong.stdout) == (1, b"")
    assert b"save the file as UTF-8" in wrong.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_leads_nowhere(folder: Path, closed: str) -> None:
    """And is no place for the next file that is opened."""
    line = f"{' '.join(COMPOSER)} config --services {closed}; {' '.join(COMPOSER)} nonsense {closed}; echo $?"
    done = subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    assert done.stdout == ("" if ">&-" in closed.split() else "a\nb\n") + "1\n"


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    line = f"rmdir {gone}; {' '.join(COMPOSER)} config; {' '.join(COMPOSER)} why"
    done = subprocess.run(["sh", "-c", line], cwd=gone, capture_output=True, text=True, timeout=60, check=False)
    told = "error: the current folder does not exist any more [CMP-0001]\n  hint: `cd` to one that does.\n"
    assert (done.stdout, done.stderr) == ("", told * 2)
