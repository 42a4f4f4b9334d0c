"""A project printed: JSON and YAML as `config` prints them, every `$` doubled so that it loads to the same again.

Takes documents of plain values (`model.dump`). Owns the text: indentation, quoting, block scalars. Must not
know: the model, files, which keys there are.
"""

from __future__ import annotations

import re
from typing import Any

from composer.load.yaml_scalars import resolve
from composer.units import format_number

_GO_ESCAPES = {ord("&"): "\\u0026", ord("<"): "\\u003c", ord(">"): "\\u003e", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_OLD_BOOLEAN = re.compile(r"y|n|yes|no|on|off", re.IGNORECASE)
_OLD_NUMBER = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|[-+]?0[0-7_]+|[-+]?[0-9][0-9_,.]*e[-+]?[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?")
_NEEDS_ESCAPE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\x07": "\\a", "\x08": "\\b", "\x1b": "\\e", "\x00": "\\0"}
_INDICATORS = "#,[]{}&*!|>'\"%@`"


def render_json(document: object, *, escape: bool = True) -> str:
    """Indented by two, `$` doubled unless `escape` is off, without a line end."""
    import json  # noqa: PLC0415  only for this format

    text = json.dumps(_json_numbers(document), indent=2, ensure_ascii=False)
    text = text.translate(_GO_ESCAPES)
    return text.replace("$", "$$") if escape else text


def _json_numbers(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if value == int(value) else value
    if isinstance(value, dict):
        return {key: _json_numbers(item) for key, item in value.items()}
    return [_json_numbers(item) for item in value] if isinstance(value, list) else value


def render_yaml(document: object, *, escape: bool = True) -> str:
    """Block style, lists indented below their key, text quoted where a YAML reader of any age could take it for
    something else. `$` is doubled in values only: variables are not replaced in keys."""
    lines: list[str] = []
    _block(_escaped(document) if escape else document, 0, lines)
    return "".join(f"{line}\n" for line in lines)


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return [_escaped(item) for item in value] if isinstance(value, list) else value


def _block(value: Any, indent: int, lines: list[str]) -> None:
    pad = " " * indent
    if isinstance(value, dict) and value:
        for key, item in value.items():
            _entry(f"{pad}{_text(key, indent)}:", item, indent, lines)
    elif isinstance(value, list) and value:
        for item in value:
            _item(item, indent, lines)
    else:
        lines.append(pad + _scalar(value, indent))


def _entry(head: str, item: Any, indent: int, lines: list[str]) -> None:
    if isinstance(item, (dict, list)) and item:
        lines.append(head)
        _block(item, indent + 2, lines)
    else:
        lines.append(f"{head} {_scalar(item, indent)}")


def _item(item: Any, indent: int, lines: list[str]) -> None:
    """A list item: its first line stands beside the dash."""
    if not isinstance(item, (dict, list)) or not item:
        lines.append(f"{' ' * indent}- {_scalar(item, indent)}")
        return
    below: list[str] = []
    _block(item, indent + 2, below)
    lines.append(f"{' ' * indent}- {below[0][indent + 2 :]}")
    lines.extend(below[1:])


def _scalar(value: Any, indent: int) -> str:
    if isinstance(value, str):
        return _text(value, indent)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    return "{}" if isinstance(value, dict) else "[]"


def _number(value: float) -> str:
    text = format_number(value)
    return {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(text, text)


def _text(text: str, indent: int) -> str:
    if _NEEDS_ESCAPE.search(text):
        return _double_quoted(text)
    if "\n" in text:
        return _literal(text, indent)
    if is_ambiguous(text):
        return _double_quoted(text)
    return text if is_plain(text) else "'" + text.replace("'", "''") + "'"


def is_ambiguous(text: str) -> bool:
    """Whether some YAML reader would take the unquoted text for a number, a boolean, a date or nothing."""
    if not isinstance(resolve(text), str) or _OLD_BOOLEAN.fullmatch(text):
        return True
    return bool(_OLD_NUMBER.fullmatch(text) or _DATE.fullmatch(text)) or text in ("=", "<<")


def is_plain(text: str) -> bool:
    """Whether the text may stand without quotes in block style."""
    first, last = text[0], text[-1]
    if first in _INDICATORS or " " in (first, last) or last == ":":
        return False
    if first in "-?:" and (len(text) == 1 or text[1] == " "):
        return False
    return ": " not in text and " #" not in text and not text.startswith(("---", "..."))


def _double_quoted(text: str) -> str:
    body = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _NEEDS_ESCAPE.sub(lambda found: _escape(found[0]), body.replace("\n", "\\n")) + '"'


def _escape(char: str) -> str:
    code = ord(char)
    return _ESCAPES.get(char) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def _literal(text: str, indent: int) -> str:
    """`|`, with what the reader needs to know of leading blanks and of the last line ends."""
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    if not body:
        return _double_quoted(text)
    hint = "2" if body[0] in " \n" else ""
    chomp = "-" if ends == 0 else "" if ends == 1 else "+"
    pad = " " * (indent + 2)
    lines = [f"{pad}{line}" if line else "" for line in (body + "\n" * max(0, ends - 1)).split("\n")]
    return "\n".join([f"|{hint}{chomp}", *lines])
