"""Compose files in git repositories: which addresses name one, and where its files lie once they are fetched.

`https://host/repo.git#REF:FOLDER`, as docker compose 2.40.3 reads it. A commit is fetched once, into the folder that
docker compose uses as well: paths beside the file become those of containers, and both tools are to see the same. Runs
`git`. Must not know: Compose keys, who names the file.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping

from composer.load.reader import RemoteError
from composer.values import value

SWITCH = "COMPOSE_EXPERIMENTAL_GIT_REMOTE"
DEFAULT_REF = "HEAD"

_COMMIT = r"[0-9a-f]{40}"
_SCP = r"\w[\w.-]*@\w[\w.-]*:(?!//).+"  # nothing that a program could take for an option
# Set within a hook of git, and stronger than the folder that git is told to work in.
_OF_ANOTHER = frozenset(
    {
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_NAMESPACE",
        "GIT_PREFIX",
    }
)
_OFF = ("0", "f", "F", "false", "False", "FALSE")


@value()
class Repository:
    """`ref`: a branch, tag or commit; `folder`: a folder or file in it, "" for its root."""

    url: str
    ref: str = DEFAULT_REF
    folder: str = ""


def repository(address: str) -> Repository | None:
    """What `address` names; None if it is no git address.

    >>> repository("git@host:team/app.git#v1:deploy")
    Repository(url='git@host:team/app.git', ref='v1', folder='deploy')
    """
    url, _, fragment = address.partition("#")
    if url.startswith("github.com/"):
        url = f"https://{url}"
    scheme, separator, rest = url.partition("://")
    is_web = scheme in ("http", "https") and (rest.endswith(".git") or rest.startswith("github.com/"))
    if not (scheme in ("git", "ssh") or is_web if separator else re.fullmatch(_SCP, url)):
        return None
    ref, _, folder = fragment.partition(":")
    return Repository(url, ref or DEFAULT_REF, folder)


def fetch(address: str, environment: Mapping[str, str]) -> str:
    """The folder or file that `address` names, fetched if need be: an absolute path. Raises RemoteError."""
    found = repository(address)
    if found is None:
        hint = "copy it to this machine, and name the copy"
        raise RemoteError(f"remote file {address!r} is not supported", hint=hint)
    if environment.get(SWITCH) in _OFF:
        raise RemoteError(f"files from git repositories are switched off by {SWITCH}: {address}")
    git = _Git(environment)
    commit = found.ref if re.fullmatch(_COMMIT, found.ref) else git.commit_of(found)
    clone = posixpath.join(_cache(environment), commit)
    if not os.path.isdir(clone):  # noqa: PTH112 - nothing else loads pathlib
        git.clone(found, commit, clone)
    path = posixpath.normpath(posixpath.join(clone, found.folder.lstrip("/")))
    if not f"{posixpath.realpath(path)}/".startswith(f"{posixpath.realpath(clone)}/"):
        raise RemoteError(f"{found.folder} is outside of the repository {found.url}")
    return path


class _Git:
    def __init__(self, environment: Mapping[str, str]) -> None:
        kept = {name: text for name, text in environment.items() if name not in _OF_ANOTHER}
        self._environment = {"GIT_TERMINAL_PROMPT": "0", **kept}
        if not (environment.get("GIT_SSH") or environment.get("GIT_SSH_COMMAND")):
            self._environment["GIT_SSH_COMMAND"] = "ssh -o ControlMaster=no -o BatchMode=yes"

    def commit_of(self, wanted: Repository) -> str:
        done = self._run("ls-remote", "--exit-code", "--", wanted.url, wanted.ref)
        if done.returncode == 2:
            raise RemoteError(f"repository {wanted.url} does not contain {wanted.ref}")
        commit = re.match(_COMMIT, done.stdout)
        if done.returncode or commit is None:
            raise RemoteError(f"cannot access repository {wanted.url}", hint=_words(done))
        return commit[0]

    def clone(self, wanted: Repository, commit: str, folder: str) -> None:
        """Only the files of that commit; the folder is there whole or not at all."""
        parent = posixpath.dirname(folder)
        try:
            os.makedirs(parent, mode=0o700, exist_ok=True)  # noqa: PTH103
            made = tempfile.mkdtemp(prefix=".fetching-", dir=parent)
        except OSError as error:
            raise RemoteError(f"cannot keep {wanted.url} in {parent}: {error.strerror}") from error
        try:
            for arguments in (
                ("init", "--quiet"),
                ("remote", "add", "origin", wanted.url),
                ("fetch", "--quiet", "--depth=1", "origin", commit),
                ("checkout", "--quiet", commit),
            ):
                done = self._run("-C", made, *arguments)
                if done.returncode:
                    raise RemoteError(f"cannot fetch {commit} of {wanted.url}", hint=_words(done))
            try:
                os.rename(made, folder)  # noqa: PTH104
            except OSError as error:
                if not os.path.isdir(folder):  # noqa: PTH112 - else another process was faster
                    raise RemoteError(f"cannot keep {wanted.url} in {folder}: {error.strerror}") from error
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                ["git", *arguments],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
        except OSError as error:
            raise RemoteError(f"cannot run git: {error.strerror}", hint="install git") from error


def _cache(environment: Mapping[str, str]) -> str:
    """As docker compose has it."""
    base = environment.get("XDG_CACHE_HOME")
    if base is None:
        base = posixpath.join(environment.get("HOME") or posixpath.expanduser("~"), ".cache")
    return posixpath.join(posixpath.abspath(base), "docker-compose")


def _words(done: subprocess.CompletedProcess[str]) -> str:
    return f"git said: {done.stderr.strip()}" if done.stderr.strip() else ""
