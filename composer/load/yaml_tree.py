"""YAML text → located nodes, one tree for each document.

The C parser gives events; values, anchors, merge keys and tags are decided here, without recursion and within
limits, so that no input can do more than end in a diagnostic. Must not know: Compose keys, variables, files.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from composer.diagnostics import Diagnostic, Severity, Span
from composer.load.node import Mapping, Node, Scalar, ScalarValue, Sequence
from composer.load.texts import excerpt, split_lines
from composer.load.yaml_merge import merged, retraced
from composer.load.yaml_scalars import MAY_BE_TYPED, resolve, resolve_tagged
from composer.load.yaml_syntax import syntax_error, unreadable
from composer.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

SYNTAX = "CMP-1001"
DUPLICATE_KEY = "CMP-1002"
KEY_NOT_TEXT = "CMP-1003"
BAD_ANCHOR = "CMP-1004"
TOO_LARGE = "CMP-1005"
BAD_MERGE = "CMP-1006"
BAD_TAG = "CMP-1007"
NOT_A_MAPPING = "CMP-1008"

MAX_DEPTH = 200  # nested collections, aliases followed; later stages walk trees by recursion
TOO_DEEP = f"collections are nested more than {MAX_DEPTH} deep"
MAX_ALIASED = 200_000  # nodes that aliases stand for in one text
MAX_EVENTS = 1_000_000  # keys, values and brackets of one text: 30 times what a thousand services take
MAX_DIAGNOSTICS = 50  # of one text

_KEPT_TAGS = ("!reset", "!override")


def parse_documents(
    text: str, file: str, *, merges: dict[tuple[str, int, int], list[Node]] | None = None
) -> tuple[list[Node], list[Diagnostic]]:
    """Every document of `text`; `file` is what spans call it.

    Documents are mappings: anything else is a diagnostic and left out, as is a document with an error the
    parser cannot pass. No document at all is no error here. `merges` is told what each mapping's merge keys name,
    by the mapping's file, line and column.
    """
    from yaml import CLoader, YAMLError  # noqa: PLC0415  # only commands that read files pay for it

    text = text.removeprefix("\ufeff")
    problem = unreadable(text, file)
    if problem is not None:
        return [], [replace(problem, code=SYNTAX)]
    builder = _Builder(text, file)
    builder.merges = merges
    try:
        parser = CLoader(text)
        builder.run(parser.get_event)
    except YAMLError as error:
        builder.diagnostics.append(_parser_error(error, text, file))
    except _Refused:
        pass
    return builder.documents, builder.diagnostics


def _parser_error(error: Any, text: str, file: str) -> Diagnostic:
    """The parser looks ahead and has a limit of its own, far beyond ours: for the user it is one limit."""
    told = syntax_error(error, text, file)
    if "nesting depth" in told.message:
        return replace(told, code=TOO_LARGE, message=TOO_DEEP)
    return replace(told, code=SYNTAX)


class _Refused(Exception):
    """The text is hostile or hopeless: a diagnostic was recorded, reading stops."""


class _Anchor:
    """What `&name` stands for: its node once complete, how many nodes that is and how deep."""

    __slots__ = ("depth", "node", "size", "span")

    def __init__(self, span: Span) -> None:
        self.span = span
        self.node: Node | None = None
        self.size = 0
        self.depth = 0


class _Frame:
    """A collection that is being read. `key` is the key whose value comes next."""

    __slots__ = ("anchor", "depth", "items", "key", "key_span", "keys", "mapping", "merges", "size", "span", "tag")

    def __init__(self, span: Span, tag: str, anchor: _Anchor | None, *, mapping: bool) -> None:
        self.span = span
        self.tag = tag
        self.anchor = anchor
        self.mapping: dict[str, Node] | None = {} if mapping else None
        self.items: list[Node] = []
        self.keys: dict[str, Span] = {}
        self.merges: list[Node] = []
        self.key: str | None = None
        self.key_span = span
        self.size = 1
        self.depth = 1


class _Builder:
    """Events in, documents and diagnostics out."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.documents: list[Node] = []
        self.diagnostics: list[Diagnostic] = []
        self.anchors: dict[str, _Anchor] = {}
        self.stack: list[_Frame] = []
        self.aliased = 0
        self.lines: list[str] = []
        self.merges: dict[tuple[str, int, int], list[Node]] | None = None

    def run(self, get_event: Callable[[], Any]) -> None:
        from yaml import (  # noqa: PLC0415
            AliasEvent,
            DocumentStartEvent,
            MappingEndEvent,
            MappingStartEvent,
            ScalarEvent,
            SequenceEndEvent,
            SequenceStartEvent,
        )

        count = 0
        while (event := get_event()) is not None:
            count += 1
            if count > MAX_EVENTS:
                mark = event.start_mark
                self._refuse(
                    TOO_LARGE,
                    f"the file has more than {MAX_EVENTS} values",
                    Span(self.file, mark.line + 1, mark.column + 1),
                )
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._open(event, mapping=kind is MappingStartEvent)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._close()
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentStartEvent:
                self.anchors = {}

    # --- events

    def _scalar(self, event: Any) -> None:
        mark = event.start_mark
        span = Span(self.file, mark.line + 1, mark.column + 1)
        value: ScalarValue = event.value
        tag = event.tag
        frame = self.stack[-1] if self.stack else None
        is_key = frame is not None and frame.key is None and frame.mapping is not None
        if tag is not None:
            value = self._tagged(tag, event, span)
        elif event.implicit[0]:  # plain: not quoted, not a block
            if value == "<<" and is_key:
                self._merge_key(frame, span)  # type: ignore[arg-type]  # there is a frame
                return
            if event.value[:1] in MAY_BE_TYPED:
                value = resolve(event.value)
                span = span if event.value else self._inside(span)
        anchor = event.anchor
        if anchor is None and frame is not None and self._short_way(frame, value, span, tag or ""):
            return
        node = Scalar(value, span, tag if tag in _KEPT_TAGS else "")
        if anchor is not None:
            self.anchors[anchor] = made = _Anchor(span)
            made.node, made.size = node, 1
        self._add(node, span, 1, 0)

    def _short_way(self, frame: _Frame, value: ScalarValue, span: Span, tag: str) -> bool:
        """What `_add` would do with nearly all values; speed matters here. False leaves it to `_add`."""
        if frame.mapping is None:
            frame.items.append(Scalar(value, span, tag if tag in _KEPT_TAGS else ""))
        elif frame.key is not None and frame.key is not _MERGE:
            frame.mapping[frame.key] = Scalar(value, span, tag if tag in _KEPT_TAGS else "")
            frame.key = None
        elif frame.key is None and type(value) is str:
            self._named(frame, value, span)
        else:
            return False
        frame.size += 1
        return True

    def _open(self, event: Any, *, mapping: bool) -> None:
        mark = event.start_mark
        span = Span(self.file, mark.line + 1, mark.column + 1)
        if len(self.stack) >= MAX_DEPTH:
            self._refuse(TOO_LARGE, TOO_DEEP, span)
        anchor = None
        if event.anchor is not None:
            self.anchors[event.anchor] = anchor = _Anchor(span)
        tag = event.tag if event.tag in _KEPT_TAGS else ""
        self.stack.append(_Frame(span, tag, anchor, mapping=mapping))

    def _close(self) -> None:
        frame = self.stack.pop()
        node: Node
        if frame.mapping is None:
            node = Sequence(tuple(frame.items), frame.span, frame.tag)
        else:
            mapping = merged(frame.mapping, frame.keys, frame.merges) if frame.merges else frame.mapping
            if frame.merges and self.merges is not None:
                self.merges[self.file, frame.span.line, frame.span.column] = frame.merges
            node = Mapping(mapping, frame.span, frame.keys, frame.tag)
        anchor = frame.anchor
        if anchor is not None:
            anchor.node, anchor.size, anchor.depth = node, frame.size, frame.depth
        self._add(node, frame.span, frame.size, frame.depth)

    def _alias(self, event: Any) -> None:
        mark = event.start_mark
        span = Span(self.file, mark.line + 1, mark.column + 1)
        anchor = self.anchors.get(event.anchor)
        if anchor is None:
            hint = did_you_mean(event.anchor, self.anchors)
            self._report(BAD_ANCHOR, f"unknown anchor '{event.anchor}' referenced", span, hint)
            self._add(Scalar(None, span), span, 1, 0)
            return
        if anchor.node is None:
            place = f"line {anchor.span.line}"
            self._report(BAD_ANCHOR, f"cycle detected: *{event.anchor} stands inside &{event.anchor} ({place})", span)
            self._add(Scalar(None, span), span, 1, 0)
            return
        self.aliased += anchor.size
        if self.aliased > MAX_ALIASED:
            self._refuse(TOO_LARGE, f"the aliases of this file stand for more than {MAX_ALIASED} values", span)
        if len(self.stack) + anchor.depth > MAX_DEPTH:
            self._refuse(TOO_LARGE, f"aliases nest collections more than {MAX_DEPTH} deep", span)
        self._add(retraced(anchor.node, span, deep=self.aliased <= MAX_ALIASED // 8), span, anchor.size, anchor.depth)

    # --- putting together

    def _add(self, node: Node, span: Span, size: int, depth: int) -> None:
        """A complete node: an item, a key, a value, or the document itself."""
        if not self.stack:
            self._document(node)
            return
        frame = self.stack[-1]
        frame.size += size
        if depth >= frame.depth:
            frame.depth = depth + 1
        if frame.mapping is None:
            frame.items.append(node)
        elif frame.key is None:
            self._key(frame, node, span)
        elif frame.key is _MERGE:
            frame.key = None
            self._merge(frame, node)
        else:
            frame.mapping[frame.key] = node
            frame.key = None

    def _key(self, frame: _Frame, node: Node, span: Span) -> None:
        key = node.value if type(node) is Scalar else None
        if type(key) is not str:
            key = self._key_not_text(node, span)
        self._named(frame, key, span)

    def _named(self, frame: _Frame, key: str, span: Span) -> None:
        frame.key = key
        if key in frame.keys:
            self._duplicate(key, span, frame.keys[key])
        else:
            frame.keys[key] = span

    def _merge_key(self, frame: _Frame, span: Span) -> None:
        if frame.merges or _MERGE in frame.keys:
            self._duplicate("<<", span, frame.keys.get(_MERGE, frame.span), hint="merge several with <<: [*a, *b]")
        frame.keys[_MERGE] = span
        frame.key = _MERGE

    def _merge(self, frame: _Frame, node: Node) -> None:
        sources = list(node.items) if type(node) is Sequence else [node]
        frame.merges.extend(source for source in sources if type(source) is Mapping)
        if not sources or not all(type(source) is Mapping for source in sources):
            hint = "write <<: *name, where &name marks a mapping"
            self._report(BAD_MERGE, "map merge requires map or sequence of maps as the value", node.span, hint)

    def _document(self, node: Node) -> None:
        if type(node) is Mapping:
            self.documents.append(node)
        else:
            hint = "a Compose file starts with keys such as `services:`"
            self._report(NOT_A_MAPPING, "top-level object must be a mapping", node.span, hint)

    # --- complaints

    def _inside(self, span: Span) -> Span:
        """An empty value at the end of the text stands, for the parser, on a line that is not there."""
        self.lines = self.lines or split_lines(self.text)
        line = min(span.line, len(self.lines))
        end = len(self.lines[line - 1]) + 1
        return span if line == span.line and span.column <= end else Span(self.file, line, end)

    def _tagged(self, tag: str, event: Any, span: Span) -> ScalarValue:
        try:
            return resolve_tagged(tag, event.value, plain=not event.style)
        except ValueError as error:
            self._report(BAD_TAG, str(error), span)
            return str(event.value)

    def _key_not_text(self, node: Node, span: Span) -> str:
        place = ".".join(frame.key for frame in self.stack[:-1] if frame.key and frame.key != _MERGE)
        where = f" in {place}" if place else " at top level"
        if type(node) is not Scalar:
            self._report(KEY_NOT_TEXT, f"non-string key{where}: a {type(node).__name__.lower()}", span)
            return f"{span.line}:{span.column}"
        shown = "null" if node.value is None else str(node.value).lower()
        self._report(KEY_NOT_TEXT, f"non-string key{where}: {shown}", span, f'put it in quotes: "{shown}"')
        return shown

    def _duplicate(self, key: str, span: Span, first: Span, hint: str = "") -> None:
        message = f'mapping key "{key}" already defined at line {first.line}'
        self._report(DUPLICATE_KEY, message, span, hint or "remove one of the two, or merge them")

    def _refuse(self, code: str, message: str, span: Span) -> None:
        self._report(code, message, span)
        raise _Refused

    def _report(self, code: str, message: str, span: Span, hint: str = "") -> None:
        if not self.lines:
            self.lines = split_lines(self.text)
        path = ".".join(frame.key for frame in self.stack if frame.key and frame.key != _MERGE)
        source = excerpt(self.lines[span.line - 1]) if span.line <= len(self.lines) else ""
        self.diagnostics.append(Diagnostic(Severity.ERROR, code, message, span, path, hint, source))
        if len(self.diagnostics) >= MAX_DIAGNOSTICS:
            raise _Refused


_MERGE = "\0<<"  # no YAML text can hold this as a key, not even the quoted "<<", which is an ordinary one
