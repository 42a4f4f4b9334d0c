from __future__ import annotations

import pytest

from composer.execute.exits import exit_meaning


@pytest.mark.parametrize(
    ("code", "oom_killed", "meaning"),
    [
        (None, False, ""),
        (0, False, ""),
        (3, False, ""),
        (1, True, "out of memory"),
        (125, False, "the engine could not run the container"),
        (126, False, "the command cannot be executed"),
        (127, False, "command not found"),
        (137, False, "killed by SIGKILL"),
        (137, True, "killed by SIGKILL, out of memory"),
        (139, False, "killed by SIGSEGV"),
        (143, False, "killed by SIGTERM"),
        (161, False, "killed by signal 33"),
        (255, False, ""),
    ],
)
def test_exit_codes(code: int | None, oom_killed: bool, meaning: str) -> None:
    assert exit_meaning(code, oom_killed=oom_killed) == meaning
