"""Debian's and Ubuntu's packages: install them, or download those of a newer suite without installing.

The newer suite's source is the machine's own with another suite name, so mirrors and keys are the user's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.support.machine.announce import SetUpError, say

SOURCES = (Path("/etc/apt/sources.list.d"), Path("/etc/apt/sources.list"))


def usable() -> bool:
    """Whether packages can be installed here: apt-get, and we are root."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def installed(package: str) -> bool:
    command = ["dpkg-query", "--show", "--showformat", "${Status}", package]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout.endswith(" installed")


def install(packages: list[str]) -> None:
    """Install what is missing of `packages` with apt-get, saying so first. Raises SetUpError."""
    missing = [package for package in packages if not installed(package)]
    if not missing:
        return
    say(f"installing with apt-get: {' '.join(missing)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    get = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    for command in ([*get, "update"], [*get, "install", "--yes", "--no-install-recommends", *missing]):
        answer = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if answer.returncode:
            raise SetUpError(f"{' '.join(command)} failed:\n{answer.stdout[-500:]}{answer.stderr[-2000:]}")


def download(packages: list[str], *, suite: str, into: Path, components: str = "main") -> list[Path]:
    """Download `packages` of `suite` (and nothing they depend on) as .deb files. Raises SetUpError."""
    into.mkdir(parents=True, exist_ok=True)
    state = into / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    sources = state / "newer.sources"
    sources.write_text(source_of(suite, components))
    options = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": state / "lists",
        "Dir::Cache": state / "cache",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
    }
    get = ["apt-get", "-qq", *(part for name, value in options.items() for part in ("-o", f"{name}={value}"))]
    for command in ([*get, "update"], [*get, "download", *packages]):
        answer = subprocess.run(command, cwd=into, capture_output=True, text=True, check=False)
        if answer.returncode:
            raise SetUpError(f"the packages of {suite} could not be had:\n{answer.stderr[-2000:]}")
    return sorted(into.glob("*.deb"))


def release(key: str) -> str:
    """A value of /etc/os-release: `ID`, `VERSION_CODENAME`, …; empty when it is not there."""
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return ""
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    return values.get(key, "").strip('"')


def source_of(suite: str, components: str = "main") -> str:
    """A deb822 source for `suite`, made from the machine's own source of its own suite. Raises SetUpError."""
    own = release("VERSION_CODENAME")
    for file in _source_files():
        text = file.read_text()
        stanzas = text.split("\n\n") if file.suffix == ".sources" else map(_as_stanza, text.splitlines())
        for stanza in stanzas:
            fields = _fields(stanza)
            if "deb" in fields.get("Types", "").split() and own in fields.get("Suites", "").split():
                fields |= {"Types": "deb", "Suites": suite, "Components": components}
                return "".join(f"{name}: {value}\n" for name, value in fields.items())
    raise SetUpError(f"no apt source of this machine's suite ({own or 'unknown'}) was found to make one of {suite}")


def _source_files() -> list[Path]:
    folder, single = SOURCES
    files = sorted([*folder.glob("*.sources"), *folder.glob("*.list")]) if folder.is_dir() else []
    return [*files, *([single] if single.is_file() else [])]


def _fields(stanza: str) -> dict[str, str]:
    """The fields of a deb822 stanza. A continued field (an inline key) keeps its lines."""
    fields: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line[0].isspace() and name:
            fields[name] += f"\n{line}"
        elif ":" in line:
            name, value = line.split(":", 1)
            fields[name] = value.strip()
    return fields


def _as_stanza(line: str) -> str:
    """A one-line source (`deb [signed-by=…] URI suite component…`) as a deb822 stanza."""
    words = line.split("#", maxsplit=1)[0].split()
    if not words or words[0] != "deb":
        return ""
    key = ""
    if len(words) > 1 and words[1].startswith("["):
        end = next((at for at, word in enumerate(words) if word.endswith("]")), 1)
        options = " ".join(words[1 : end + 1]).strip("[] ").split()
        key = next((option.partition("=")[2] for option in options if option.startswith("signed-by=")), "")
        words = [words[0], *words[end + 1 :]]
    if len(words) < 4:
        return ""
    stanza = f"Types: deb\nURIs: {words[1]}\nSuites: {words[2]}\nComponents: {' '.join(words[3:])}"
    return f"{stanza}\nSigned-By: {key}" if key else stanza
