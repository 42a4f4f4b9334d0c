"""Where one value of a project comes from: `config --explain services.web.environment.LOG`.

Loads the project, then asks `load.layers` for everything that set the path. Must not know: how the answer is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from composer.errors import UsageError
from composer.load.bind import plain
from composer.load.envfiles import EnvFiles
from composer.load.environment import DERIVED, SHELL, Environment
from composer.load.findings import Findings
from composer.load.layers import Layer, Layers, Part, Parts, place_of
from composer.load.model import Shelf
from composer.load.names import OPTION, VARIABLE
from composer.load.node import Mapping, Node, Scalar, Sequence
from composer.load.origins import Origins
from composer.load.pipeline import load_project
from composer.load.source import Sources, read
from composer.load.template import Evaluation, RequiredError, Substitution, TemplateError, parse_template, substitutions
from composer.load.tree import items_of, sequence_of, with_item, without
from composer.model.dump import full_document
from composer.model.explanation import Explanation, Setting, VariableSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from composer.diagnostics import Span
    from composer.load.reader import Reader
    from composer.load.request import Loaded, LoadRequest
    from composer.load.texts import SourceText

_INHERITING = ("environment", "args")  # mappings in which a name without a value takes the variable's


def explain(request: LoadRequest, path: str, reader: Reader | None = None) -> Explanation:
    """Raises LoadError, NoComposeFile; UsageError when the project has nothing at `path`."""
    loaded = load_project(request, reader)
    document = full_document(loaded.project)
    tree = _tree(loaded)
    parts = parts_of(tree, path)
    if parts is None:
        parts = parts_of(document, path)
    if not parts:
        raise UsageError(f"the project has nothing at {path!r}", hint=_near(document, path))
    return _Story(request, loaded, read(request, reader), _nodes(tree, parts)).told(path, parts, document)


def parts_of(tree: Any, path: str) -> Parts | None:
    """The keys and positions that `path` names in a tree or a document; None when it leads nowhere.

    A key may hold dots and brackets itself: every key that fits is tried.
    """
    if not path:
        return ()
    for part, item, rest in _steps(tree, path):
        below = parts_of(item, rest)
        if below is not None:
            return (part, *below)
    return None


def _steps(tree: Any, path: str) -> Iterator[tuple[Part, Any, str]]:
    content = tree.items if isinstance(tree, Mapping | Sequence) else tree
    if isinstance(content, dict):
        for key, item in content.items():
            rest = path.removeprefix(key)
            if path.startswith(key) and (not rest or rest[0] in ".["):
                yield key, item, rest.removeprefix(".")
    elif isinstance(content, list | tuple) and path.startswith("["):
        index, _, rest = path[1:].partition("]")
        if index.isdecimal() and int(index) < len(content):
            yield int(index), content[int(index)], rest.removeprefix(".")


def _tree(loaded: Loaded) -> Node:
    origins = loaded.origins
    assert isinstance(origins, Origins)  # noqa: S101 - the pipeline makes no other
    tree = origins.node("")
    assert tree is not None  # noqa: S101 - the empty path is the tree
    return tree


def _nodes(tree: Node, parts: Parts) -> list[Node]:
    """The nodes along the path, as far as the tree goes (a value may be spelt out in the model only)."""
    nodes: list[Node] = []
    node: Node | None = tree
    for part in parts:
        if isinstance(node, Mapping):
            node = node.items.get(str(part))
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            break
        if node is None:
            break
        nodes.append(node)
    return nodes


def _near(document: Any, path: str) -> str:
    from composer.suggest import did_you_mean  # noqa: PLC0415 - only for a message

    head, _, last = path.rpartition(".")
    parts = parts_of(document, head)
    if parts is None:
        return _near(document, head)
    for part in parts:
        document = document[part]
    if not isinstance(document, dict):
        return ""
    where = f"{head} has" if head else "there is"
    return did_you_mean(last, document) or f"{where}: {', '.join(sorted(document)[:12])}"


class _Story:
    """What explaining one path needs: the files again, the final nodes along the path."""

    def __init__(self, request: LoadRequest, loaded: Loaded, sources: Sources, nodes: list[Node]) -> None:
        self.request = request
        self.loaded = loaded
        self.sources = sources
        self.nodes = nodes
        self.shelf = Shelf(sources.reader, sources.texts, Findings())
        self.walked = Layers(self.shelf, nodes)
        self.environment = sources.environment.with_value(VARIABLE, loaded.project.name)

    def told(self, path: str, parts: Parts, document: Any) -> Explanation:
        node = self.nodes[-1] if self.nodes else None
        exact = len(self.nodes) == len(parts)
        value = _value(document, parts, plain(node) if node is not None and exact else None)
        if parts == ("name",) and (given := self._given_name()) is not None:
            return Explanation(path=path, value=value, span=given)
        if node is None:
            return Explanation(path=path, value=value, span=None)
        layers = self._layers(parts[: len(self.nodes)])
        winner = next((one for one in reversed(layers) if place_of(one.node.span) == place_of(node.span)), None)
        losers = [one for one in reversed(layers) if one is not winner]
        if winner is None and not any(place_of(one.node.span) == place_of(node.span) for one in layers) and exact:
            return Explanation(path=path, value=value, span=None, overrode=tuple(map(_setting, losers)))
        variables = self._variables(winner or Layer(node, self.environment), parts)
        span = _reached(winner) if winner is not None else node.span
        return Explanation(
            path=path,
            value=value,
            span=span,
            text=self.sources.texts.line(span),
            overrode=tuple(map(_setting, losers)) if exact else (),
            variables=variables,
        )

    def _given_name(self) -> Span | None:
        """A name given outside the files."""
        if self.request.project_name:
            return OPTION
        return self.sources.environment.span(VARIABLE) if self.sources.environment.get(VARIABLE) else None

    def _layers(self, parts: Parts) -> list[Layer]:
        """Weakest first, each place once."""
        found = self._env_files(parts)
        found += self.walked.of_files(self.sources.files, self.sources.working_dir, self.environment, parts)
        last = {place_of(layer.node.span): layer for layer in found}
        return [layer for layer in found if last[place_of(layer.node.span)] is layer]

    def _env_files(self, parts: Parts) -> list[Layer]:
        """What the env and label files of the service say of one of its variables or labels."""
        kind = {"environment": "env_file", "labels": "label_file"}.get(str(parts[2])) if len(parts) == 4 else None
        if kind is None or parts[0] != "services":
            return []
        service, key = str(parts[1]), str(parts[3])
        from dataclasses import replace  # noqa: PLC0415 - only for this

        unread = load_project(replace(self.request, skip=self.request.skip | {"env_files"}), self.sources.reader)
        node = items_of(_tree(unread), "services").get(service)
        entries = sequence_of(node, kind)
        found: list[Layer] = []
        for count in range(1, len(entries) + 1):
            one = self._from_env_files(node, kind, entries[:count], str(parts[2]), key)
            if one is not None and (not found or found[-1].node.span != one.span):
                found.append(Layer(one, self.environment, (entries[count - 1].span,)))
        return found

    def _from_env_files(
        self, node: Node | None, kind: str, entries: tuple[Node, ...], target: str, key: str
    ) -> Node | None:
        if not isinstance(node, Mapping):
            return None
        own = without(node, "env_file" if kind == "label_file" else "label_file")
        own = with_item(own, kind, Sequence(entries, node.span))
        old = own.items.get(target)
        if isinstance(old, Mapping):
            own = with_item(own, target, without(old, key))
        tree = Mapping({"services": Mapping({"it": own}, node.span)}, node.span)
        done = EnvFiles(self.environment, self._read, Findings()).apply(tree, ["it"])
        return items_of(items_of(done, "services")["it"], target).get(key)

    def _read(self, path: str, asked: Span, kind: str, required: bool) -> SourceText | None:
        return self.shelf.read(path, asked, f"{kind} file", required=required)

    # --- variables

    def _variables(self, layer: Layer, parts: Parts) -> tuple[VariableSource, ...]:
        found: dict[str, VariableSource] = {}
        node = layer.node
        if len(parts) > 1 and parts[-2] in _INHERITING and isinstance(node, Scalar) and node.value is None:
            name = str(parts[-1])
            found[name] = self._source(Substitution(name, 0, name), layer.environment)
        for scalar in _scalars(node):
            for text in self._templates(scalar.span):
                for one in self._used(text, layer.environment):
                    found.setdefault(one.name, one)
        return tuple(found.values())

    def _templates(self, span: Span) -> Iterable[str]:
        """The text with variables that stands at `span`, or that holds it (a short form)."""
        if span.file not in self.walked.documents:  # an env file
            line = self.sources.texts.line(span)
            return [line] if "$" in line else []
        best: Scalar | None = None
        for document in self.walked.documents.get(span.file, ()):
            for scalar in _scalars(document):
                before = scalar.span.line == span.line and scalar.span.column <= span.column
                if before and (best is None or scalar.span.column > best.span.column):
                    best = scalar
        return [best.value] if best is not None and isinstance(best.value, str) and "$" in best.value else []

    def _used(self, text: str, environment: Environment) -> Iterator[VariableSource]:
        try:
            template = parse_template(text)
        except TemplateError:
            return
        for part in substitutions(template):
            yield self._source(part, environment)

    def _source(self, part: Substitution, environment: Environment) -> VariableSource:
        value = environment.get(part.name)
        if value or (value is not None and not part.operator.startswith(":")):
            return VariableSource(part.name, value, self._where(environment.span(part.name)))
        empty = f", empty in {self._where(environment.span(part.name))}" if value is not None else ""
        if part.operator.endswith("-"):
            try:
                default = Evaluation(environment.get).text(part.inner)
            except RequiredError:
                default = part.argument
            return VariableSource(part.name, default, f"default{empty}")
        return VariableSource(part.name, value, empty.removeprefix(", ") or "not set")

    def _where(self, span: Span) -> str:
        if span.file == SHELL.file:
            return "shell"
        if span.file == DERIVED.file:
            return "composer"
        named = span.file in self.request.env_files
        return f"{'--env-file ' if named else ''}{span.file}:{span.line}"


def _value(document: Any, parts: Parts, other: object) -> object:
    """What the model holds; `other` when it is not there under this path."""
    for part in parts:
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            return other
    return document


def _setting(layer: Layer) -> Setting:
    return Setting(plain(layer.node), _reached(layer))


def _reached(layer: Layer) -> Span:
    from dataclasses import replace  # noqa: PLC0415 - only for this

    span = layer.node.span
    variables = layer.environment.spans.values()  # told with the variables
    return replace(span, via=tuple(dict.fromkeys(step for step in (*span.via, *layer.via) if step not in variables)))


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
        return
    for child in node.items.values() if isinstance(node, Mapping) else node.items:
        yield from _scalars(child)
