"""A project printed: JSON and YAML as `config` prints them, every `$` doubled so that it loads to the same again.

Takes documents of plain values (`model.dump`). Owns the text: indentation, quoting, block scalars, all as the
reference's emitter does it, character by character. Must not know: the model, files, which keys there are.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

from composer.load.yaml_scalars import resolve
from composer.model.order import in_order
from composer.units import format_number

_GO_ESCAPES = {ord("&"): "\\u0026", ord("<"): "\\u003c", ord(">"): "\\u003e", 0x2028: "\\u2028", 0x2029: "\\u2029"}

_SURELY_PLAIN = re.compile(r"[A-Za-z_/](?:[A-Za-z0-9_/.$@+=,;-]|:(?=[A-Za-z0-9_/.$-]))*", re.ASCII)
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
_OLD_BOOLEANS = frozenset(word for text in ("y", "n", "yes", "no", "on", "off") for word in (text, text.upper()))
_OLD_BOOLEANS |= frozenset(("Yes", "No", "On", "Off"))
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?", re.ASCII)
_INDICATORS = "#,[]{}&*!|>'\"%@`"
# What the reference's emitter calls printable stops at U+FFFD; line ends other than \n would be folded.
# Compiling the whole class costs ten milliseconds, and nearly every text is ASCII.
_SPECIAL_ASCII = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_SPECIAL = "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]"
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\0": "\\0",
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
    "\x85": "\\N",
    "\u2028": "\\L",
    "\u2029": "\\P",
}
_LONGEST_WHOLE = 1e21  # from here on Go prints an exponent
_LONGEST_KEY = 128  # bytes; a longer key stands behind `? `


def render_json(document: object, *, escape: bool = True) -> str:
    """Indented by two, `$` doubled unless `escape` is off, without a line end."""
    import json  # noqa: PLC0415  only for this format

    text = json.dumps(_json_numbers(document), indent=2, ensure_ascii=False)
    text = text.translate(_GO_ESCAPES)
    return text.replace("$", "$$") if escape else text


def _json_numbers(value: Any) -> Any:
    if isinstance(value, float):
        if not isfinite(value):
            return _number(value)  # JSON has no word for it
        return int(value) if value.is_integer() and abs(value) < _LONGEST_WHOLE else value
    if isinstance(value, dict):
        return {key: _json_numbers(item) for key, item in value.items()}
    return [_json_numbers(item) for item in value] if isinstance(value, list) else value


def render_yaml(document: object, *, escape: bool = True) -> str:
    """Block style, lists indented below their key, text quoted where a YAML reader of any age could take it for
    something else. `$` is doubled in values only: variables are not replaced in keys."""
    return _Yaml(escape=escape).text(document)


class _Yaml:
    """One rendering. How each text and each key is written is worked out once: most come again and again."""

    def __init__(self, *, escape: bool) -> None:
        self._escape = escape
        self._texts: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._lines: list[str] = []

    def text(self, document: object) -> str:
        self._any(document, "", "")
        return "".join(self._lines)

    def _any(self, value: Any, pad: str, first: str) -> None:
        """`first` begins the first line, `pad` the others."""
        if type(value) is dict and value:
            self._mapping(value, pad, first)
        elif type(value) is list and value:
            self._sequence(value, pad, first)
        else:
            self._lines.append(f"{first}{self._scalar(value, pad[2:])}\n")

    def _mapping(self, value: dict[str, Any], pad: str, first: str) -> None:
        lines, keys, below = self._lines, self._keys, pad + "  "
        for key, item in value.items():
            name = keys.get(key)
            if name is None:
                name = self._key(key)
            kind = type(item)
            if not name:
                lines.append(f"{first}? {_written(key, pad)}\n")
                self._any(item, below, f"{pad}: ")
            elif (kind is dict or kind is list) and item:
                lines.append(f"{first}{name}:\n")
                self._any(item, below, below)
            else:
                lines.append(f"{first}{name}: {self._scalar(item, pad)}\n")
            first = pad

    def _sequence(self, value: list[Any], pad: str, first: str) -> None:
        below = pad + "  "
        for item in value:
            if (type(item) is dict or type(item) is list) and item:
                self._any(item, below, f"{first}- ")
            else:
                self._lines.append(f"{first}- {self._scalar(item, pad)}\n")
            first = pad

    def _key(self, key: str) -> str:
        """The key as it is written; "" when it has to stand behind `? `."""
        is_simple = "\n" not in key and len(key.encode("utf-8", "surrogatepass")) <= _LONGEST_KEY
        name = _written(key, "") if is_simple and key else '""' if is_simple else ""
        if name == "<<":
            name = '"<<"'  # then it is an ordinary key
        self._keys[key] = name
        return name

    def _scalar(self, value: Any, pad: str) -> str:
        if type(value) is str:
            known = self._texts.get(value)
            if known is not None:
                return known
            written = _written(value.replace("$", "$$") if self._escape else value, pad)
            if "\n" not in value:
                self._texts[value] = written
            return written
        if value is None:
            return "null"
        if value is True or value is False:
            return "true" if value else "false"
        if isinstance(value, (int, float)):
            return _number(value)
        return "{}" if isinstance(value, dict) else "[]"


def _number(value: float) -> str:
    text = format_number(value)
    return {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(text, text)


def _written(text: str, pad: str) -> str:
    """A text in the first style that can hold it; a block's lines stand two to the right of `pad`."""
    if _SURELY_PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if "\n" in text:
        fits = " \n" not in text and text[-1] != " " and not _is_special(text)
        return _literal(text, pad) if fits else _double_quoted(text)
    if is_ambiguous(text) or "\t" in text or _is_special(text):
        return _double_quoted(text)
    return text if is_plain(text) else "'" + text.replace("'", "''") + "'"


def _is_special(text: str) -> bool:
    return bool(_SPECIAL_ASCII.search(text) if text.isascii() else re.search(_SPECIAL, text))


def is_ambiguous(text: str) -> bool:
    """Whether some YAML reader would take the unquoted text for a number, a boolean, a date or nothing."""
    if text in _OLD_BOOLEANS or not isinstance(resolve(text), str):
        return True
    return bool(_BASE_60.fullmatch(text) or _DATE.fullmatch(text))


def is_plain(text: str) -> bool:
    """Whether the text may stand without quotes in block style."""
    first, last = text[0], text[-1]
    if first in _INDICATORS or " " in (first, last) or last == ":":
        return False
    if first in "-?:" and (len(text) == 1 or text[1] == " "):
        return False
    return ": " not in text and " #" not in text and not text.startswith(("---", "..."))


def _double_quoted(text: str) -> str:
    special = "[\x00-\x1f\x7f]" if text.isascii() else f"{_SPECIAL}|[\t\n]"
    return '"' + re.sub(f'["\\\\]|{special}', lambda found: _escape(found[0]), text) + '"'


def _escape(char: str) -> str:
    known = _ESCAPES.get(char)
    if known is not None:
        return known
    code = ord(char)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _literal(text: str, pad: str) -> str:
    """`|`, with what the reader needs to know of leading blanks and of the last line ends."""
    hint = "2" if text[0] in " \n\t" else ""  # a tab: some parsers take it for indentation
    kept = text == "\n" or text.endswith("\n\n")
    chomp = "+" if kept else "" if text.endswith("\n") else "-"
    lines = text.removesuffix("\n").split("\n")
    return "\n".join([f"|{hint}{chomp}", *(f"{pad}  {line}" if line else "" for line in lines)])


def sorted_document(document: Any) -> Any:
    """The document with all its mappings in the reference's order."""
    if isinstance(document, dict):
        return {key: sorted_document(document[key]) for key in in_order(document)}
    return [sorted_document(item) for item in document] if isinstance(document, list) else document
