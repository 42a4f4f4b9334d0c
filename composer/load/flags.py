"""What a command line says in the forms of the file: `-v`, `-p` and variables from a file.

Each goes the way it would go in a file, with the flag for its place. Must not know: which command it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from composer.diagnostics import Severity, Span
from composer.errors import LoadError, UsageError
from composer.load.bind import bind
from composer.load.dotenv import parse
from composer.load.findings import Findings
from composer.load.format.service import MOUNT, PORT
from composer.load.node import Scalar
from composer.load.paths import absolute
from composer.load.short_mounts import expand_mount
from composer.load.short_ports import expand_port
from composer.load.tree import value_of, with_item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from composer.load.node import Mapping, Node
    from composer.model.mount import Mount
    from composer.model.port import Port

_PLACE = Span("<command line>", 1, 1)


def mounts_of(entries: Iterable[str], *, base: str) -> tuple[Mount, ...]:
    """`-v`: relative paths are seen from the directory `base`. Raises UsageError."""
    found = Findings()
    mounts = []
    for entry in entries:
        node = expand_mount(Scalar(entry, _PLACE), "--volume", found)
        if node is not None:
            mounts.append(bind(MOUNT, _local(cast("Mapping", node), base), "--volume", found))
        _refuse(found, "--volume", entry)
    return cast("tuple[Mount, ...]", tuple(mounts))


def ports_of(entries: Iterable[str]) -> tuple[Port, ...]:
    """`-p`: a range makes several. Raises UsageError."""
    found = Findings()
    ports = []
    for entry in entries:
        nodes = expand_port(Scalar(entry, _PLACE), "--publish", found) or ()
        ports += [bind(PORT, node, "--publish", found) for node in nodes]
        _refuse(found, "--publish", entry)
    return cast("tuple[Port, ...]", tuple(ports))


def variables_of(text: str, name: str, lookup: Callable[[str], str | None]) -> dict[str, str]:
    """The variables of an env file called `name`. Raises LoadError."""
    variables, problems = parse(text, name, lookup)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise LoadError(errors)
    return {key: variable.value for key, variable in variables.items()}


def _local(node: Mapping, base: str) -> Node:
    if value_of(node, "type") != "bind":
        return node
    source = str(value_of(node, "source"))
    return with_item(node, "source", Scalar(absolute(source, base), _PLACE))


def _refuse(found: Findings, flag: str, entry: str) -> None:
    if found.failed:
        problem = found.items[0]
        raise UsageError(f"invalid {flag} value '{entry}': {problem.message}", hint=problem.hint)
