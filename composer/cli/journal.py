"""Where the records of a project's runs are kept: a small file of the user's, below XDG_STATE_HOME.

Owns its bounds, and which folder's is meant. A record that cannot be kept is told, and changes nothing else.
Must not know: what is in a record, how it is shown.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any

from composer.events.record import joined, read_run, run_document
from composer.state import file_stem, project_file, replace_file, state_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from composer.events.record import Run

RUNS = 20  # kept at most
BYTES = 1_000_000  # of a file, but for its newest run
VERSION = 1


def keep(run: Run, environment: Mapping[str, str], *, continues: bool = False) -> str:
    """Adds a run as the newest, or as a further part of the newest. Returns what went wrong, "" for nothing."""
    folder = state_folder(environment)
    if not folder:
        return "there is no home directory"
    path = project_file(folder, run.project, run.working_dir)
    earlier = _documents(path)
    if continues and earlier and (begun := _runs(earlier[:1])):
        run, earlier = joined(begun[0], run), earlier[1:]
    kept = [run_document(run), *earlier[: RUNS - 1]]
    texts = [json.dumps(document, ensure_ascii=False) for document in kept]
    while len(texts) > 1 and sum(map(len, texts)) > BYTES:
        texts.pop()
    head = json.dumps({"version": VERSION, "project": run.project, "working_dir": run.working_dir})
    try:
        replace_file(path, f'{head[:-1]}, "runs": [\n' + ",\n".join(texts) + "\n]}\n")
    except OSError as error:
        return f"{error.filename or path}: {error.strerror or error}"
    return ""


def recorded_runs(project: str, environment: Mapping[str, str], *, cwd: str = "") -> tuple[Run, ...]:
    """The newest first. Of several folders with a project of this name the one that `cwd` lies in, else the one that
    ran last."""
    folder = state_folder(environment)
    files = [runs for path in _files(folder, project) if (runs := _runs(_documents(path)))]
    if not files:
        return ()
    return max(files, key=lambda runs: (_lies_in(cwd, runs[0].working_dir), runs[0].began))


def _files(folder: str, project: str) -> list[str]:
    if not folder:
        return []
    try:
        names = os.listdir(folder)  # noqa: PTH208 - paths are text all along
    except OSError:
        return []
    start = f"{file_stem(project)}-"
    length = len(start) + len("01234567.json")
    return [f"{folder}/{name}" for name in names if name.startswith(start) and len(name) == length]


def _lies_in(cwd: str, folder: str) -> bool:
    return bool(folder) and f"{cwd}/".startswith(f"{folder.rstrip('/')}/")


def _documents(path: str) -> list[dict[str, Any]]:
    """[] for a file that is not there, or that is no journal."""
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - as above
            document = json.load(file)
    except (OSError, ValueError):
        return []
    is_ours = isinstance(document, dict) and document.get("version") == VERSION
    runs = document.get("runs") if is_ours else None
    return runs if isinstance(runs, list) else []


def _runs(documents: list[dict[str, Any]]) -> tuple[Run, ...]:
    found = []
    for document in documents:
        with contextlib.suppress(KeyError, TypeError, ValueError, AttributeError):
            found.append(read_run(document))
    return tuple(found)
