"""Which files make a project, and their texts: the only module of loading that touches the disk.

Finds Compose, override and env files the way docker compose does and layers the variables. Must not know:
YAML, Compose keys. Reads of later stages (include, extends, env_file) go through the `Reader` returned here.
"""

from __future__ import annotations

import os
import posixpath
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace

from composer.diagnostics import Diagnostic, Severity, Span
from composer.errors import LoadError, NoComposeFile
from composer.load import dotenv
from composer.load.environment import Environment
from composer.load.reader import REMOTE, Reader, RemoteError, relative
from composer.load.request import LoadRequest
from composer.load.texts import SourceText, Texts
from composer.suggest import nearest
from composer.values import value

NO_FILE = "CMP-1041"
NOT_READABLE = "CMP-1042"
SEVERAL = "CMP-1043"
NO_ENV_FILE = "CMP-1045"
BAD_SWITCH = "CMP-1046"

COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDE_FILES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
NO_VARIABLES: Mapping[str, str] = {}
STDIN = "-"
STDIN_NAME = "<stdin>"

_TRUE = ("1", "t", "T", "true", "True", "TRUE")
_FALSE = ("", "0", "f", "F", "false", "False", "FALSE")


@value()
class Sources:
    """`working_dir` is the project directory, absolute. `named_after`: the folder whose name the project has if it has
    none of its own; `linked`: its last part is a symbolic link. Both folders are the same, unless a file was fetched.

    `texts` holds every text read so far, env files too. `reader` reads more.
    """

    files: tuple[SourceText, ...]
    working_dir: str
    named_after: str
    environment: Environment
    texts: Texts
    reader: Reader
    warnings: tuple[Diagnostic, ...] = ()
    linked: bool = False


def read(request: LoadRequest, reader: Reader | None = None) -> Sources:
    """The Compose files and variables of `request`. Raises NoComposeFile, LoadError."""
    search = _Search(request, reader or DiskReader(request.cwd, request.environment))
    base = search.directory_of(request.files)
    named = search.named_env_files()
    search.read_env_files(named if named is not None else search.default_env_file(base))
    paths = search.compose_files()
    directory = search.directory_of(paths)
    if named is None and directory != base:
        search.read_env_files(search.default_env_file(directory))
    files = search.read_compose_files(paths)
    # As in docker compose: what a fetched file names lies beside it, and so does what is named together with it.
    fetched = [file.path for path, file in zip(paths, files, strict=True) if is_remote(path)]
    return Sources(
        files,
        posixpath.dirname(fetched[-1]) if fetched else directory,
        directory,
        search.environment,
        search.texts,
        search.reader,
        tuple(search.warnings),
        linked=posixpath.basename(search.reader.real(directory)) != posixpath.basename(directory),
    )


def is_remote(path: str) -> bool:
    """A git or OCI address instead of a file."""
    head = path.split("#", maxsplit=1)[0]
    if path.startswith(("oci://", "git://", "ssh://", "git@", "github.com/")):
        return True
    return path.startswith(("http://", "https://")) and (head.endswith(".git") or "github.com/" in head)


class DiskReader:
    """Files as UTF-8, or UTF-16 when they say so; undecodable bytes are kept for the parser to complain of."""

    def __init__(self, cwd: str, environment: Mapping[str, str] = NO_VARIABLES) -> None:
        self.cwd = cwd
        self._environment = environment
        self._fetched: dict[str, str] = {}

    def read(self, path: str) -> SourceText:
        with open(path, "rb") as file:  # noqa: PTH123  # nothing else loads pathlib
            content = file.read()
        return SourceText(path, self.display(path), decoded(content))

    def kind(self, path: str) -> str:
        if posixpath.isdir(path):
            return "directory"
        return "file" if posixpath.exists(path) else ""

    def names(self, directory: str) -> list[str]:
        try:
            return sorted(os.listdir(directory))  # noqa: PTH208
        except OSError:
            return []

    def real(self, path: str) -> str:
        return posixpath.realpath(path)

    def display(self, path: str) -> str:
        return relative(path, self.cwd)

    def fetch(self, address: str) -> str:
        if address not in self._fetched:
            from composer.load.remote import fetch  # noqa: PLC0415 - rare

            found = fetch(address, self._environment)
            if self.kind(found) == "directory":
                names = [name for name in COMPOSE_FILES if name in self.names(found)]
                found = posixpath.join(found, names[0] if names else COMPOSE_FILES[0])
            if self.kind(found) != "file":
                raise RemoteError(f"there is no Compose file at {address}")
            self._fetched[address] = found
        return self._fetched[address]


def decoded(content: bytes) -> str:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", "replace")
    return content.decode("utf-8", "surrogateescape")


def read_stdin() -> str:
    return decoded(sys.stdin.buffer.read())


class _Search:
    """One request on its way to `Sources`."""

    def __init__(self, request: LoadRequest, reader: Reader) -> None:
        self.request = request
        self.reader = reader
        self.cwd = request.cwd
        self.texts = Texts()
        self.warnings: list[Diagnostic] = []
        shell = {name: _text(value) for name, value in request.environment.items()}
        self.environment = Environment({"PWD": request.cwd, **shell})

    def directory_of(self, files: Iterable[str]) -> str:
        """The project directory when these are the files."""
        if self.request.project_directory:
            return self._absolute(self.request.project_directory)
        first = next((path for path in files if path != STDIN), None)
        return self.cwd if first is None or is_remote(first) else posixpath.dirname(self._absolute(first))

    def _absolute(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self.cwd, path))

    # --- variables

    def named_env_files(self) -> list[str] | None:
        """What `--env-file` or COMPOSE_ENV_FILES ask for; None leaves it to `.env`."""
        named = self.request.env_files or self.request.environment.get("COMPOSE_ENV_FILES", "").split(",")
        paths = [self._absolute(posixpath.expanduser(path)) for path in named if path or self.request.env_files]
        return paths or None

    def default_env_file(self, directory: str) -> list[str]:
        switch = self.request.environment.get("COMPOSE_DISABLE_ENV_FILE", "")
        if switch not in (*_TRUE, *_FALSE):
            message = f"COMPOSE_DISABLE_ENV_FILE: {switch!r} is not a boolean"
            raise LoadError([_error(BAD_SWITCH, message, hint="set it to 1 or 0")])
        path = posixpath.join(directory, ".env")
        return [path] if switch in _FALSE and self.reader.kind(path) == "file" else []

    def read_env_files(self, paths: Iterable[str]) -> None:
        """Later files win over earlier ones, and all give way to what is set already."""
        sources: list[SourceText] = []
        problems: list[Diagnostic] = []
        for path in paths:
            try:
                sources.append(self.reader.read(path))
                self.texts.add(sources[-1])
            except OSError as error:
                problems.append(self._no_env_file(path, error))
        layer, found = dotenv.parse_layer(sources, self.environment)
        for one in found:
            if one.severity is Severity.WARNING:
                self.warnings.append(one)
            else:
                file = one.span.file if one.span else ""
                problems.append(replace(one, message=f"failed to read {file}: {one.message}"))
        if problems:
            raise LoadError(problems)
        self.environment = self.environment.below(layer)

    def _no_env_file(self, path: str, error: OSError) -> Diagnostic:
        if isinstance(error, FileNotFoundError):
            return _error(NO_ENV_FILE, f"couldn't find env file: {path}", hint=self._near(path))
        return _error(NO_ENV_FILE, f"couldn't read env file: {path}: {_reason(error)}")

    # --- Compose files

    def compose_files(self) -> tuple[str, ...]:
        """The paths as given (`-` is standard input), or those found."""
        if self.request.files:
            return self.request.files
        listed = self.environment.get("COMPOSE_FILE")
        if listed is not None:
            separator = self.environment.get("COMPOSE_PATH_SEPARATOR") or os.pathsep
            return tuple(self._listed(listed.split(separator)))
        return self._found()

    def _listed(self, paths: list[str]) -> Iterable[str]:
        if not all(paths):
            span = self.environment.span("COMPOSE_FILE")
            what = "names an empty path" if any(paths) else "is set but empty"
            hint = "unset it, or name files in it"
            raise LoadError([_error(NO_FILE, f"COMPOSE_FILE {what}", span, hint, self.texts.line(span))])
        return paths

    def _found(self) -> tuple[str, ...]:
        """The first directory upwards that has a Compose file, with its override file."""
        start = directory = self.directory_of(())
        while not (names := self._present(directory, COMPOSE_FILES)):
            above = posixpath.dirname(directory)
            if above == directory:
                raise self._nothing(start)
            directory = above
        overrides = self._present(directory, OVERRIDE_FILES)
        self._several("config", names)
        self._several("override", overrides)
        return (names[0], *overrides[:1])

    def _present(self, directory: str, names: Iterable[str]) -> list[str]:
        paths = (posixpath.join(directory, name) for name in names)
        return [path for path in paths if self.reader.kind(path)]

    def _several(self, what: str, paths: list[str]) -> None:
        if len(paths) > 1:
            shown = ", ".join(self.reader.display(path) for path in paths)
            message = (
                f"Found multiple {what} files with supported names: {shown}. Using {self.reader.display(paths[0])}"
            )
            hint = "remove the others, or name the files with -f"
            self.warnings.append(Diagnostic(Severity.WARNING, SEVERAL, message, hint=hint))

    def _nothing(self, start: str) -> NoComposeFile:
        others = [name for name in self.reader.names(start) if name.endswith((".yaml", ".yml"))]
        cure = (
            f"name a file with -f (such as {others[0]})"
            if others
            else f"create {COMPOSE_FILES[0]}, or name one with -f"
        )
        hint = f"searched {start} and the directories above it for {', '.join(COMPOSE_FILES)}; {cure}"
        return NoComposeFile([_error(NO_FILE, "no configuration file provided: not found", hint=hint)])

    def read_compose_files(self, paths: Iterable[str]) -> tuple[SourceText, ...]:
        """All texts; all files that cannot be read are told at once."""
        sources: list[SourceText] = []
        problems: list[Diagnostic] = []
        for path in paths:
            try:
                sources.append(self._source(path))
            except OSError as error:
                problems.append(self._unreadable(path, error))
            except RemoteError as error:
                span = self._asked()
                problems.append(_error(REMOTE, error.message, span, error.hint, self.texts.line(span)))
        if problems:
            raise LoadError(problems)
        return tuple(sources)

    def _source(self, path: str) -> SourceText:
        if path == STDIN:
            text = self.request.stdin_text
            source = SourceText(STDIN, STDIN_NAME, read_stdin() if text is None else text)
        else:
            source = self.reader.read(self.reader.fetch(path) if is_remote(path) else self._absolute(path))
        self.texts.add(source)
        return source

    def _unreadable(self, path: str, error: OSError) -> Diagnostic:
        span = self._asked()
        source = self.texts.line(span)
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return _error(NO_FILE, f"no such Compose file: {path}", span, self._near(self._absolute(path)), source)
        hint = "name a file in it" if isinstance(error, IsADirectoryError) else ""
        return _error(NOT_READABLE, f"cannot read Compose file {path}: {_reason(error)}", span, hint, source)

    def _asked(self) -> Span | None:
        """Where the files are named, if that is in a file."""
        is_named = not self.request.files and self.environment.get("COMPOSE_FILE")
        return self.environment.span("COMPOSE_FILE") if is_named else None

    def _near(self, path: str) -> str:
        """What the user may have meant by a path that does not exist."""
        directory, name = posixpath.split(path)
        names = self.reader.names(directory)
        if not names:
            return f"there is no directory {directory}" if not self.reader.kind(directory) else ""
        near = nearest(name, names)
        if near:
            return f"did you mean {near!r}?"
        ending = posixpath.splitext(name)[1]
        alike = [other for other in names if other != name and ending and other.endswith(ending)]
        return f"there: {', '.join(alike[:_CANDIDATES])}" if alike else ""


_CANDIDATES = 5


def _text(value: str) -> str:
    """Bytes of the shell's environment that are no UTF-8 become U+FFFD."""
    return value if value.isascii() else value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _error(code: str, message: str, span: Span | None = None, hint: str = "", source: str = "") -> Diagnostic:
    return Diagnostic(Severity.ERROR, code, message, span, hint=hint, source=source)
