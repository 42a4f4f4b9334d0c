"""One model from its files: each document parsed, its variables replaced, made canonical, includes and extends
applied, and laid over the documents before it. Included projects go through here too.

Must not know: profiles, consistency between services, the typed model.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from composer.load import dotenv
from composer.load.canonical import canonical
from composer.load.extends import Extender
from composer.load.findings import NO_FILE, NOTHING, OBSOLETE, Findings
from composer.load.format import FILE
from composer.load.include import Include, apply_includes, report_cycle
from composer.load.interpolate import interpolate_tree
from composer.load.merge import merge, settle
from composer.load.node import Mapping, Node
from composer.load.normal import inherit_variables
from composer.load.paths import absolute, is_remote, resolve_paths
from composer.load.reader import REMOTE, RemoteError
from composer.load.structure import apply_structure
from composer.load.tree import items_of, text_of, without
from composer.load.yaml_merge import retraced
from composer.load.yaml_tree import parse_documents

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.diagnostics import Span
    from composer.load.environment import Environment, Variable
    from composer.load.reader import Reader
    from composer.load.texts import SourceText, Texts


MAX_INCLUDED = 50  # one below the other


class Shelf:
    """Every text read once: the reader, the texts for excerpts, the parsed documents, the findings."""

    def __init__(self, reader: Reader, texts: Texts, found: Findings, *, strict_env: bool = False) -> None:
        self.reader = reader
        self.texts = texts
        self.found = found
        self.strict_env = strict_env
        self.warned: set[str] = set()
        self.broken = False  # a file could not be parsed: what it would have declared is not known
        self._documents: dict[str, list[Node]] = {}
        self.variables: dict[tuple[str, str], str] = {}  # (path, name) → what it is in the include that defines `path`
        self._included: dict[tuple[object, ...], tuple[Environment, Mapping | None]] = {}

    def documents(self, source: SourceText) -> list[Node]:
        """The raw documents of a text."""
        if source.name not in self._documents:
            documents, problems = parse_documents(source.text, source.name)
            self.broken = self.broken or bool(problems)
            self.found.extend(problems)
            self._documents[source.name] = documents
        return self._documents[source.name]

    def included(self, entry: Include, environment: Environment, load: Callable[[], Mapping | None]) -> Mapping | None:
        """What `entry` stands for seen with these variables, loaded once however often it is asked for."""
        key = (entry.paths, entry.directory, entry.env_files, id(environment))
        if key not in self._included:
            self._included[key] = (environment, load())  # the variables are kept, so that their id stays theirs
        return self._included[key][1]

    def interpolated(self, document: Node, environment: Environment) -> Node:
        tree, problems = interpolate_tree(document, environment, self.texts, warned=self.warned, strict=self.strict_env)
        self.found.extend(problems)
        return tree

    def located(self, path: str, directory: str, asked: Span, where: str) -> str | None:
        """The absolute path of a file that another one names; one that lies elsewhere is fetched. None: it cannot be
        had, which is reported."""
        if not is_remote(path):
            return absolute(path, directory)
        try:
            return self.reader.fetch(path)
        except RemoteError as error:
            self.broken = True
            self.found.error(REMOTE, error.message, asked, path=where, hint=error.hint)
            return None

    def read(self, path: str, asked: Span, what: str, *, required: bool = True) -> SourceText | None:
        """A file named inside another one; `asked` is where. What is wrong is reported there."""
        try:
            source = self.reader.read(path)
        except FileNotFoundError:
            if required:
                self.found.error(NO_FILE, f"{what} {path} not found", asked, hint=self._there(path))
            return None
        except OSError as error:
            self.broken = True
            reason = (error.strerror or type(error).__name__).lower()
            self.found.error(NO_FILE, f"{what} {path} cannot be read: {reason}", asked)
            return None
        self.texts.add(source)
        return source

    def _there(self, path: str) -> str:
        directory, name = posixpath.split(path)
        return self.found.near(name, self.reader.names(directory))


class ModelLoader:
    """Loads the files of one project, or of one include, with one set of variables."""

    def __init__(self, shelf: Shelf, environment: Environment, stack: tuple[str, ...] = ()) -> None:
        self._shelf = shelf
        self._found = shelf.found
        self._environment = environment
        self._stack = stack
        self._lent: dict[str, dict[str, Node] | None] = {}

    def load(self, files: tuple[SourceText, ...], directory: str, *, with_paths: bool = True) -> Mapping | None:
        """The merged tree, with defaults and absolute paths; None when no file holds anything."""
        merged: Node | None = None
        for source in files:
            for document in self._shelf.documents(source):
                tree = self._document(document, source, directory)
                merged = tree if merged is None or tree is None else merge(FILE, merged, tree)
        if type(merged) is not Mapping:
            return None
        settled = settle(merged) if self._found.tagged else merged
        complete = apply_structure(settled or merged, self._found)
        if with_paths:
            complete = resolve_paths(complete, directory)
        return complete if type(complete) is Mapping else None

    def _document(self, document: Node, source: SourceText, directory: str) -> Mapping | None:
        raw = document if self._found.lenient else self._shelf.interpolated(document, self._environment)
        tree = canonical(FILE, raw, "", self._found)
        if type(tree) is not Mapping:
            return None
        if "version" in tree.items:
            message = "the attribute `version` is obsolete and ignored"
            self._found.warn(OBSOLETE, message, tree.keys.get("version"), path="version", hint="remove it")
            tree = without(tree, "version")
        stack = (*self._stack, source.path)
        locate = self._shelf.located
        tree = apply_includes(tree, directory, lambda entry: self._included(entry, stack), locate, self._found)
        return Extender(self, self._found).resolve(tree, source.path, directory)

    def _included(self, entry: Include, stack: tuple[str, ...]) -> Mapping | None:
        if entry.paths[0] in stack or len(stack) > MAX_INCLUDED:
            report_cycle(stack, entry.paths[0], entry.span, self._found)
            return None
        tree = self._shelf.included(entry, self._environment, lambda: self._load_included(entry, stack))
        seen = retraced(tree, entry.span, deep=True) if tree is not None else None
        return seen if type(seen) is Mapping else None

    def _load_included(self, entry: Include, stack: tuple[str, ...]) -> Mapping | None:
        read = [self._shelf.read(path, entry.span, "included file") for path in entry.paths]
        sources = tuple(source for source in read if source is not None)
        if len(sources) < len(read):
            self._shelf.broken = True
            return None
        environment = self._environment_of(entry)
        tree = ModelLoader(self._shelf, environment, stack).load(sources, entry.directory)
        if tree is None:
            return None
        self._keep_variables(tree, environment)
        return inherit_variables(tree, environment.values)

    def _keep_variables(self, tree: Mapping, environment: Environment) -> None:
        """What the variables behind secrets and configs mean here; deeper includes come first and stay."""
        for section in ("secrets", "configs"):
            for key, node in items_of(tree, section).items():
                name = text_of(node, "environment") if type(node) is Mapping else None
                if name and name in environment.values:
                    self._shelf.variables.setdefault((f"{section}.{key}", name), environment.values[name])

    def _environment_of(self, entry: Include) -> Environment:
        """The including project's variables, then those of the include's own env files."""
        paths = entry.env_files
        if paths is None:
            default = posixpath.join(entry.directory, ".env")
            paths = (default,) if self._shelf.reader.kind(default) == "file" else ()
        layer: dict[str, Variable] = {}

        for path in paths:
            source = self._shelf.read(path, entry.span, "env file") if path != "/dev/null" else None
            if source is not None:
                variables, problems = dotenv.parse(source.text, source.name, self._environment.get, layer)
                layer.update(variables)
                self._found.extend(problems)
        return self._environment.below(layer)

    def located(self, path: str, directory: str, asked: Span, where: str) -> str | None:
        return self._shelf.located(path, directory, asked, where)

    def services_of(self, path: str, asked: Span) -> dict[str, Node] | None:
        """For `extends`: the services of another file, its own includes left alone."""
        if path not in self._lent:
            self._lent[path] = self._read_services(path, asked)
        return self._lent[path]

    def _read_services(self, path: str, asked: Span) -> dict[str, Node] | None:
        source = self._shelf.read(path, asked, "extended file")
        if source is None:
            return None
        services: dict[str, Node] = {}
        for document in self._shelf.documents(source):
            raw = self._shelf.interpolated(document, self._environment)
            services.update(items_of(raw, "services"))
        return services


def is_empty(tree: Mapping | None) -> bool:
    return tree is None or not tree.items


def report_empty(files: tuple[SourceText, ...], found: Findings) -> None:
    from composer.diagnostics import Span  # noqa: PLC0415  only for a message

    found.error(NOTHING, "empty compose file", Span(files[0].name, 1, 1), hint="it needs at least `services:`")
