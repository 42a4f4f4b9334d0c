"""Programs beside the engine that a project needs: where docker plugins lie, and one run of one of them.

Must not know: what a program is for, what it says.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections import deque
from typing import TYPE_CHECKING, Any, TypeVar

from composer.engine.connect import config_folder, read_file
from composer.errors import ProviderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import IO

Programs = set["subprocess.Popen[str]"]
T = TypeVar("T")

_SYSTEM_FOLDERS = tuple(
    f"{prefix}/docker/cli-plugins" for prefix in ("/usr/local/lib", "/usr/local/libexec", "/usr/lib", "/usr/libexec")
)
_LINES = 10  # of what it wrote to stderr, told when it fails


def find_plugin(name: str, environment: Mapping[str, str]) -> str | None:
    """The path of `docker-NAME`, where the docker program would find it too."""
    for folder in _plugin_folders(environment):
        path = f"{folder}/docker-{name}"
        if os.access(path, os.X_OK):
            return path
    return None


def run_program(
    command: Sequence[str], environment: Mapping[str, str], listen: Callable[[IO[str]], T], *, running: Programs
) -> tuple[T, int, str]:
    """Runs it to its end: what `listen` made of its output, its exit status, and a hint with what it wrote to stderr.

    It is in `running` while it runs, so that it can be killed. Raises ProviderError, also of `listen`, which ends it.
    """
    with tempfile.TemporaryFile("w+") as complaints:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env=environment,
                text=True,
                errors="replace",
            )
        except OSError as error:
            raise ProviderError(f"cannot run {command[0]}: {error.strerror}") from error
        running.add(process)
        try:
            with process.stdout or open(os.devnull) as stream:  # noqa: PTH123 - there is always a stdout
                said = listen(stream)
        except ProviderError as error:
            process.kill()
            error.hint = error.hint or _last_lines(complaints)
            raise
        finally:
            process.wait()
            running.discard(process)
        return said, process.returncode, _last_lines(complaints)


def _plugin_folders(environment: Mapping[str, str]) -> Iterator[str]:
    folder = config_folder(environment)
    try:
        config = json.loads(read_file(f"{folder}/config.json") or b"{}")
    except ValueError:
        config = {}
    more = config.get("cliPluginsExtraDirs") if isinstance(config, dict) else None
    yield from (str(path) for path in more or ())
    yield f"{folder}/cli-plugins"
    yield from _SYSTEM_FOLDERS


def _last_lines(complaints: Any) -> str:
    complaints.seek(0)
    lines = deque((line.rstrip() for line in complaints), _LINES)
    return "it printed: " + "\n".join(lines) if lines else ""
