"""Cases of the differential test of loading: Compose files in a plain text form, and how both tools read them.

A `.cases` file holds many cases. `=== name` begins one, `@files`, `@env`, `@profiles`, `@services` and
`@intended REASON` describe it, `@file PATH` begins a file (the first one, `compose.yaml`, needs no line).
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from composer.errors import LoadError
from composer.load.pipeline import load_project
from composer.load.request import Loaded, LoadRequest
from composer.model.dump import project_document
from composer.plan.fingerprint import service_hash

PROJECT = "cases"


@dataclass
class Case:
    name: str
    files: dict[str, str] = field(default_factory=dict)
    named: list[str] = field(default_factory=lambda: ["compose.yaml"])
    environment: dict[str, str] = field(default_factory=dict)
    profiles: list[str] = field(default_factory=list)
    services: list[str] = field(default_factory=list)
    intended: str = ""

    def write(self, directory: Path) -> None:
        for name, text in self.files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def read_cases(path: Path) -> list[Case]:
    cases: list[Case] = []
    current = ""
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith("=== "):
            cases.append(Case(f"{path.stem}: {line[4:].strip()}"))
            current = "compose.yaml"
        elif line.startswith("@"):
            current = _directive(cases[-1], line[1:].strip(), current)
        elif cases:
            files = cases[-1].files
            files[current] = files.get(current, "") + line
    return cases


def _directive(case: Case, line: str, current: str) -> str:
    word, _, rest = line.partition(" ")
    if word == "file":
        case.files[rest] = ""
        return rest
    if word == "files":
        case.named = rest.split()
    elif word == "env":
        name, _, value = rest.partition("=")
        case.environment[name] = value
    elif word == "profiles":
        case.profiles = rest.split()
    elif word == "services":
        case.services = rest.split()
    elif word == "intended":
        case.intended = rest
    else:
        raise ValueError(f"{case.name}: @{word}")
    return current


@dataclass
class Reading:
    """What a tool made of a case: a document and hashes, or the words of its refusal."""

    document: dict[str, Any] | None
    hashes: dict[str, str]
    said: str = ""


def by_reference(case: Case, directory: Path) -> Reading:
    command = ["docker", "compose", "--project-name", PROJECT]
    for name in case.named:
        command += ["-f", name]
    for profile in case.profiles:
        command += ["--profile", profile]
    environment = {**_shell(), **case.environment}
    run = subprocess.run(
        [*command, "config", "--format", "json", *case.services],
        capture_output=True,
        text=True,
        cwd=directory,
        env=environment,
        timeout=60,
        check=False,
    )
    if run.returncode != 0:
        return Reading(None, {}, run.stderr.strip())
    hashes = subprocess.run(
        [*command, "config", "--hash", "*"],
        capture_output=True,
        text=True,
        cwd=directory,
        env=environment,
        timeout=60,
        check=False,
    )
    return Reading(json.loads(run.stdout), dict(line.split() for line in hashes.stdout.splitlines()))


def by_composer(case: Case, directory: Path) -> Reading:
    try:
        loaded = loaded_case(case, directory)
    except LoadError as error:
        return Reading(None, {}, "\n".join(f"{one.span}: {one.path}: {one.message}" for one in error.diagnostics))
    hashes = {name: service_hash(service) for name, service in loaded.project.services.items()}
    return Reading(_escaped(project_document(loaded.project)), hashes)


def loaded_case(case: Case, directory: Path) -> Loaded:
    request = LoadRequest(
        cwd=str(directory),
        environment={**_shell(), **case.environment},
        files=tuple(case.named),
        project_name=PROJECT,
        profiles=tuple(case.profiles),
        services=tuple(case.services),
        for_engine=False,
    )
    return load_project(request)


def _shell() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_CONFIG") if name in os.environ}


def _escaped(value: Any) -> Any:
    """`$` doubled, as the reference prints it."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {_escaped(key): _escaped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    return value


def differences(mine: Any, theirs: Any, path: str = "") -> list[str]:
    """Where two documents differ, in value or in the order of keys."""
    if isinstance(mine, dict) and isinstance(theirs, dict):
        found = []
        for key in sorted(mine.keys() | theirs.keys()):
            place = f"{path}.{key}" if path else key
            if key not in theirs:
                found.append(f"{place}: {mine[key]!r}, not there in the reference")
            elif key not in mine:
                found.append(f"{place}: missing, the reference has {theirs[key]!r}")
            else:
                found.extend(differences(mine[key], theirs[key], place))
        if not found and list(mine) != list(theirs):
            found.append(f"{path}: order {list(mine)}, the reference has {list(theirs)}")
        return found
    if isinstance(mine, list) and isinstance(theirs, list) and len(mine) == len(theirs):
        return [
            one for at, pair in enumerate(zip(mine, theirs, strict=True)) for one in differences(*pair, f"{path}[{at}]")
        ]
    if mine != theirs or type(mine) is not type(theirs):
        return [f"{path}: {mine!r}, the reference has {theirs!r}"]
    return []


def compared(mine: Reading, theirs: Reading, case: Case) -> list[str]:
    """Every difference between two readings of one case."""
    if mine.document is None and theirs.document is None:
        return []
    if mine.document is None:
        return [f"refused, the reference accepts: {mine.said}"]
    if theirs.document is None:
        return [f"accepted, the reference refuses: {theirs.said}"]
    found = differences(mine.document, theirs.document)
    if not case.services:
        found += [
            f"hash of {name}"
            for name, digest in sorted(theirs.hashes.items())
            if mine.hashes.get(name) != digest and "env_file" not in json.dumps(case.files)
        ]
    return found
