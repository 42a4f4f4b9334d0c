"""Which name a project gets, and what may be one.

Pure. The order: `-p`, `COMPOSE_PROJECT_NAME`, the last `name:` of the files, the project directory. Must not
know: the disk, merging.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from composer.diagnostics import Diagnostic, Severity, Span
from composer.load.environment import Environment
from composer.load.interpolate import interpolate_tree
from composer.load.node import Mapping, Node, Scalar
from composer.load.texts import Texts
from composer.values import value

BAD_NAME = "CMP-1050"
NO_NAME = "CMP-1051"
LINKED = "CMP-1052"

VARIABLE = "COMPOSE_PROJECT_NAME"

_DROPPED = re.compile(r"[^a-z0-9_-]")
OPTION = Span("<command line>", 1, 1)


def normalised(text: str) -> str:
    """Lower case, without what a project name cannot hold; "" when nothing is left.

    >>> normalised("My_Dir.V2"), normalised("___x")
    ('my_dirv2', 'x')
    """
    return _DROPPED.sub("", text.lower()).lstrip("_-")


@value()
class Declared:
    """A `name:` of a file, variables replaced."""

    name: str
    span: Span


def declared_name(
    documents: Iterable[Node], environment: Environment, texts: Texts
) -> tuple[Declared | None, list[Diagnostic]]:
    """The last `name:` of the documents, in the order of the files; "" counts as none.

    A name that is no text is left to the checks that see the whole file.
    """
    last: Declared | None = None
    diagnostics: list[Diagnostic] = []
    for document in documents:
        node = document.items.get("name") if isinstance(document, Mapping) else None
        if not isinstance(node, Scalar) or not isinstance(node.value, str) or not node.value:
            continue
        own = Mapping({"name": node}, node.span)
        replaced, found = interpolate_tree(own, environment, texts, casts=None)
        diagnostics.extend(found)
        value = replaced.items["name"] if isinstance(replaced, Mapping) else node
        if isinstance(value, Scalar) and not any(one.severity is Severity.ERROR for one in found):
            last = Declared(str(value.value), value.span)
    return last, diagnostics


def project_name(
    option: str, environment: Environment, declared: Declared | None, directory: str, *, linked: bool = False
) -> tuple[str, list[Diagnostic]]:
    """The project's name, "" together with an error when there is none.

    `option` is `-p`. `directory` is the base name of the project directory; `linked` when that is the name of
    a symbolic link.
    """
    if option:
        return _given(option, OPTION)
    from_environment = environment.get(VARIABLE)
    if from_environment:
        return _given(from_environment, environment.span(VARIABLE))
    if declared is not None:
        name = normalised(declared.name)
        return name, [] if name else [_nothing_left(declared.name, declared.span)]  # even if a variable was empty
    name = normalised(directory)
    if not name:
        return name, [_nothing_left(directory, None)]
    return name, [_linked(name)] if linked else []


def _given(name: str, span: Span) -> tuple[str, list[Diagnostic]]:
    fitting = normalised(name)
    if fitting == name:
        return name, []
    message = (
        f'invalid project name "{name}": must consist only of lowercase alphanumeric characters, hyphens, '
        "and underscores as well as start with a letter or number"
    )
    hint = f"try {fitting}" if fitting else ""
    return "", [Diagnostic(Severity.ERROR, BAD_NAME, message, span, hint=hint)]


def _nothing_left(name: str, span: Span | None) -> Diagnostic:
    hint = f'"{name}" has no character that a name can hold: give one with -p, or `name:` in the file'
    path = "name" if span is not None else ""
    return Diagnostic(Severity.ERROR, NO_NAME, "project name must not be empty", span, path, hint)


def _linked(name: str) -> Diagnostic:
    message = f'project has been loaded without an explicit name from a symlink. Using name "{name}"'
    return Diagnostic(Severity.WARNING, LINKED, message, hint="give a name with -p, or `name:` in the file")
