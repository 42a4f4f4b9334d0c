"""The set-up behind `examples/demo` and `tests/run`.

    python3 -m tests.support.machine demo              the real example on an engine, up and down again
    python3 -m tests.support.machine tests [PYTEST…]   pytest on an engine
    python3 -m tests.support.machine python            makes the environment and prints its Python's path
    python3 -m tests.support.machine exec COMMAND…     any command on an engine, with the checkout's environment

`ENGINE` chooses the engine (see `engines.py`). Runs twice: once with the system's Python, which makes the
virtual environment, then with that environment's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.machine import venv
from tests.support.machine.announce import SetUpError, say
from tests.support.machine.folders import CHECKOUT, VENV

EXTRAS = {"demo": "", "tests": "test,lint", "exec": "test,lint", "python": "test,lint"}


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in EXTRAS or (arguments[0] == "exec" and not arguments[1:]):
        print(__doc__, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    try:
        if arguments[0] == "python":
            print(venv.ensure(EXTRAS["python"]))
            return 0
        if Path(sys.prefix).resolve() != VENV.resolve():
            python = str(venv.ensure(EXTRAS[arguments[0]]))
            os.chdir(CHECKOUT)
            os.execv(python, [python, "-m", "tests.support.machine", *arguments])
        return run(arguments[0], arguments[1:])
    except SetUpError as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


def run(role: str, arguments: list[str]) -> int:
    from tests.support.machine import engines  # noqa: PLC0415  (needs the environment that was just made)

    purpose = "demo" if role == "demo" else "tests"
    commands = {
        "demo": [sys.executable, "-m", "examples.demonstration", *arguments],
        "tests": [sys.executable, "-m", "pytest", *arguments],
        "exec": arguments,
    }
    with engines.provided(os.environ.get("ENGINE") or "auto", purpose=purpose) as environment:
        environment["PATH"] = f"{VENV / 'bin'}:{environment['PATH']}"
        environment["COMPOSER_TESTS_ENGINE"] = "required"
        return _wait(subprocess.Popen(commands[role], env=environment))


def _wait(process: subprocess.Popen[bytes]) -> int:
    """The exit code; Ctrl-C reaches the child by itself, and the engine goes only after it."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            say("interrupted; waiting for the command to end")
        except SystemExit:
            process.terminate()
            process.wait()
            raise


def _leave(number: int, _frame: object) -> None:
    sys.exit(128 + number)


sys.exit(main(sys.argv[1:]))
