"""The words in which the Compose format is written down: one `Shape` per attribute.

A shape says which YAML forms an attribute takes, how a short form becomes the long one, how two files are
merged there and which model class holds it. The stages (`canonical`, `merge`, `bind`) each have one function
per `Kind`; the tables in `load.format` hold the facts. Must not know: any attribute by name.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from composer.load.findings import Findings
    from composer.load.node import Node

    Expand = Callable[[Node, str, Findings], "Node | tuple[Node, ...] | None"]
    Key = Callable[[Node], str]


class Kind:
    """How an attribute is written. Plain text, not an enumeration: they are dictionary keys on the hottest path."""

    TEXT = "text"
    TEXT_OR_NUMBER = "text_or_number"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    STRICT_BOOLEAN = "strict_boolean"
    TEXT_OR_BOOLEAN = "text_or_boolean"
    DURATION = "duration"
    BYTES = "bytes"
    COUNT = "count"
    MODE = "mode"
    EXTERNAL = "external"
    ANY = "any"
    COMMAND = "command"
    TEST = "test"
    PAIRS = "pairs"
    OPTIONS = "options"
    LISTS = "lists"
    HOSTS = "hosts"
    LIST = "list"
    MAP = "map"
    RECORD = "record"


SAID = {
    Kind.TEXT: "a string",
    Kind.TEXT_OR_NUMBER: "a string or a number",
    Kind.INTEGER: "an integer",
    Kind.FLOAT: "a number",
    Kind.BOOLEAN: "a boolean",
    Kind.STRICT_BOOLEAN: "a boolean (true or false, not quoted)",
    Kind.TEXT_OR_BOOLEAN: "a string or a boolean",
    Kind.DURATION: "a duration such as 1m30s",
    Kind.BYTES: "a size such as 512m",
    Kind.COUNT: "a number or `all`",
    Kind.MODE: "a file mode such as 0440",
    Kind.EXTERNAL: "a boolean",
    Kind.ANY: "anything",
    Kind.COMMAND: "a string or a list of strings",
    Kind.TEST: "a string or a list such as [CMD, curl, …]",
    Kind.PAIRS: "a mapping or a list of KEY=VALUE",
    Kind.OPTIONS: "a mapping",
    Kind.LISTS: "a mapping of names to values or lists of values",
    Kind.HOSTS: "a list of host=ip or a mapping",
    Kind.LIST: "a list",
    Kind.MAP: "a mapping",
    Kind.RECORD: "a mapping",
}
"""How each is called in messages."""


class Merge(Enum):
    """What an override does where both files set the attribute."""

    DEFAULT = "scalars replaced, mappings merged, lists appended"
    REPLACE = "the later one as a whole; null resets"
    LOGGING = "merged when the drivers agree, else the later one"
    SUBNETS = "the later one's pools, each over the earlier of its subnet"


class Shape:
    """One attribute of the format. `accepts` refines the Python types of a scalar (JSON-schema level)."""

    __slots__ = (
        "accepts",
        "expand",
        "extensible",
        "fields",
        "item",
        "key",
        "kind",
        "merge",
        "model",
        "names",
        "nullable",
        "required",
        "unset",
    )

    def __init__(self, kind: str, **options: object) -> None:
        self.kind = kind
        self.accepts: tuple[type, ...] = ()
        self.expand: Expand | None = None
        self.extensible = True
        self.fields: Mapping[str, Shape] = {}
        self.item: Shape = self
        self.key: Key | None = None
        self.merge = Merge.DEFAULT
        self.model = ""
        self.names = False
        self.nullable = False
        self.required: tuple[str, ...] = ()
        self.unset: str | None = None
        for name, value in options.items():
            setattr(self, name, value)


def text(**options: object) -> Shape:
    return Shape(Kind.TEXT, **options)


def integer(**options: object) -> Shape:
    return Shape(Kind.INTEGER, **options)


def boolean(**options: object) -> Shape:
    return Shape(Kind.BOOLEAN, **options)


def record(fields: Mapping[str, Shape], *, model: str = "", **options: object) -> Shape:
    """A mapping with known keys, held by the dataclass `model` (`module:Class` below `composer.model`)."""
    return Shape(Kind.RECORD, fields=fields, model=model, **options)


def mapping(item: Shape, **options: object) -> Shape:
    """A mapping from the user's own names."""
    return Shape(Kind.MAP, item=item, **options)


def sequence(item: Shape, **options: object) -> Shape:
    return Shape(Kind.LIST, item=item, **options)
