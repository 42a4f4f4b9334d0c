"""`env_file` and `label_file` folded into `environment` and `labels` of the selected services.

What the service says itself wins over every file, a later file over an earlier one. Must not know: the disk
(a reader is handed in), the grammar of the files (`load.dotenv`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.load.casts import NO
from composer.load.dotenv import parse, parse_raw
from composer.load.findings import BAD_VALUE, MISSING_KEY
from composer.load.node import Mapping, Node, Scalar
from composer.load.scalars import as_text
from composer.load.tree import child, items_of, sequence_of, text_of, value_of, with_item, with_section, without

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from composer.diagnostics import Span
    from composer.load.environment import Environment, Variable
    from composer.load.findings import Findings
    from composer.load.template import Lookup
    from composer.load.texts import SourceText

    Read = Callable[[str, Span, str, bool], "SourceText | None"]
    """(path, where it is asked for, `env` or `label`, required) → text; problems are reported by the reader."""


class EnvFiles:
    """Reads each file once per project, whatever the number of services that name it."""

    def __init__(
        self, environment: Environment, read: Read, found: Findings, *, keep_label_files: bool = False
    ) -> None:
        self._environment = environment
        self._keep_label_files = keep_label_files
        self._read = read
        self._found = found

    def apply(self, tree: Mapping, selected: Iterable[str]) -> Mapping:
        """`tree` in which the selected services have no `env_file` left, and no `label_file`, unless that is kept:
        docker compose hashes the paths of label files when it makes containers, though not in `config`."""
        services = items_of(tree, "services")
        changed: dict[str, Node] = {}
        for name in selected:
            node = services[name]
            if type(node) is Mapping and ("env_file" in node.items or "label_file" in node.items):
                changed[name] = self._labels(self._variables(node, f"services.{name}"))
        if not changed:
            return tree
        return with_section(tree, "services", {**services, **changed})

    def _variables(self, node: Mapping, path: str) -> Mapping:
        own = {
            name: as_text(item.value)
            for name, item in items_of(node, "environment").items()
            if type(item) is Scalar and item.value is not None
        }

        def look_up(name: str) -> str | None:
            value = self._environment.get(name)
            return own.get(name) if value is None else value

        known: dict[str, Variable] = {}
        for index, entry in enumerate(sequence_of(node, "env_file")):
            known.update(self._file(entry, f"{path}.env_file[{index}]", look_up, known))
        return _folded(node, "env_file", "environment", known)

    def _file(self, entry: Node, path: str, look_up: Lookup, before: dict[str, Variable]) -> dict[str, Variable]:
        file = text_of(entry, "path")
        required = str(value_of(entry, "required")).lower() not in ("false", *NO)
        if not file:
            if child(entry, "path") is None:
                self._found.error(MISSING_KEY, "missing key 'path'", entry.span, path=path)
            elif required:  # a variable may have left it empty
                self._found.error(BAD_VALUE, "the path of an env file is empty", entry.span, path=f"{path}.path")
            return {}
        source = self._read(file, entry.span, "env", required)
        if source is None:
            return {}
        form = value_of(entry, "format")
        if form not in (None, "", "raw"):
            message = f"unsupported env_file format {form!r}"
            self._found.error(BAD_VALUE, message, entry.span, path=f"{path}.format", hint="only `raw` is known")
            return {}
        if form == "raw":
            variables, problems = parse_raw(source.text, source.name, look_up)
        else:
            variables, problems = parse(source.text, source.name, look_up, before)
        self._found.extend(problems)
        return variables

    def _labels(self, node: Mapping) -> Mapping:
        known: dict[str, Variable] = {}
        for entry in sequence_of(node, "label_file"):
            if type(entry) is not Scalar or not isinstance(entry.value, str):
                continue
            source = self._read(entry.value, entry.span, "label", True)
            if source is not None:
                variables, problems = parse(source.text, source.name, lambda _name: None, known)
                self._found.extend(problems)
                known.update(variables)
        return _folded(node, "label_file", "labels", known, keep=self._keep_label_files)


def _folded(node: Mapping, source: str, target: str, known: dict[str, Variable], *, keep: bool = False) -> Mapping:
    if source not in node.items:
        return node
    node = node if keep else without(node, source)
    if not known:
        return node
    found: dict[str, Node] = {name: Scalar(one.value, one.span) for name, one in known.items()}
    old = child(node, target)
    own = old.items if type(old) is Mapping else {}
    span = old.span if old is not None else node.span
    keys = old.keys if type(old) is Mapping else {}
    return with_item(node, target, Mapping({**found, **own}, span, keys))
