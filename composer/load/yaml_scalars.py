"""What a plain YAML scalar means: the core types as docker compose reads them, not as YAML 1.1 did.

`yes`, `on`, `22:22` and dates are text; `010` is eight, `1_000` a thousand. Pure; must not know: positions,
the parser, Compose keys.
"""

from __future__ import annotations

import re
from binascii import Error as NotBase64
from binascii import a2b_base64

from composer.load.node import ScalarValue

_WORDS: dict[str, ScalarValue] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_NUMBER_STARTS = frozenset("+-.0123456789")
MAY_BE_TYPED = _NUMBER_STARTS | {word[:1] for word in _WORDS}
"""First characters (or "") of every plain scalar that is not simply text."""
_INTEGER = r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))"
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_BASES = (16, 2, 8, 10)
_LONGEST_NUMBER = 400  # longer runs of digits are text: no count, and slow to convert

TAG_PREFIX = "tag:yaml.org,2002:"


def resolve(text: str) -> ScalarValue:
    """The value of an unquoted, untagged scalar.

    >>> [resolve(text) for text in ("yes", "010", "1_000", "1e3", "~", "22:22")]
    ['yes', 8, 1000, 1000.0, None, '22:22']
    """
    if text[:1] not in _NUMBER_STARTS:
        return _WORDS.get(text, text)
    if text in _WORDS:
        return _WORDS[text]
    return _number(text)


def _number(text: str) -> ScalarValue:
    digits = text.replace("_", "")
    if len(digits) > _LONGEST_NUMBER:
        return text
    if found := re.fullmatch(_INTEGER, digits):
        sign, *groups = found.groups()
        value = next(int(group, base) for group, base in zip(groups, _BASES, strict=True) if group)
        return _fitting(-value if sign == "-" else value)
    if re.fullmatch(_FLOAT, digits):
        number = float(digits)
        return text if number in (float("inf"), float("-inf")) else number
    return text


def _fitting(value: int) -> int | float:
    """Whole numbers beyond 64 bits become floats, as everywhere in the reference."""
    return value if -(2**63) <= value < 2**64 else float(value)


def resolve_tagged(tag: str, text: str, *, plain: bool) -> ScalarValue:
    """The value of a scalar with an explicit tag. A tag of one's own makes text of it,
    though `!override null` stays null.

    Raises ValueError when the text is not of the tag's type.
    """
    kind = tag.removeprefix(TAG_PREFIX)
    if tag == "!":
        return resolve(text) if plain else text
    if kind == "binary":
        return _binary(text)
    if kind not in ("int", "float", "bool", "null") or not tag.startswith(TAG_PREFIX):
        return None if plain and tag in ("!reset", "!override") and resolve(text) is None else text
    value = resolve(text)
    if kind == "float" and type(value) is int:
        return float(value)
    fitting = {"int": int, "float": float, "bool": bool, "null": type(None)}[kind]
    if type(value) is not fitting:
        raise ValueError(f"{text!r} is not of type {kind}")
    return value


def _binary(text: str) -> str:
    try:
        return a2b_base64("".join(text.split()), strict_mode=True).decode()
    except (NotBase64, ValueError):
        raise ValueError("this is not base64 of a UTF-8 text") from None
