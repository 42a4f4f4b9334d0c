"""Values as Go prints them: `%v` and `printf`. A `Struct` is a row with named fields and methods."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from composer.values import value
from composer.views.gojson import go_json, go_quoted

_VERB = re.compile(r"%(?P<flags>[-+# 0]*)(?P<width>\d+|\*)?(?:\.(?P<precision>\d+|\*)?)?(?P<verb>.)?", re.DOTALL)


@value()
class Struct:
    """What `.` is for one row. A field that it does not have is a mistake in the template; `methods` take arguments
    (`.Label "key"`) and do not belong to its JSON."""

    fields: Mapping[str, object]
    methods: Mapping[str, Callable[..., object]] = field(default_factory=dict)


def go_text(held: object) -> str:
    """As `{{.}}` prints it."""
    if held is None:
        return "<no value>"
    if isinstance(held, bool):
        return "true" if held else "false"
    if isinstance(held, Struct):
        return "{" + " ".join(map(go_text, held.fields.values())) + "}"
    if isinstance(held, Mapping):
        return "map[" + " ".join(f"{key}:{go_text(held[key])}" for key in sorted(held)) + "]"
    if isinstance(held, Sequence) and not isinstance(held, str):
        return "[" + " ".join(map(go_text, held)) + "]"
    return str(held)


def template_json(held: object) -> str:
    """As `{{json .}}` prints it."""
    return go_json(held, plain=_plain)


def _plain(held: object) -> object:
    if isinstance(held, Struct):
        return dict(held.fields)
    raise TypeError(f"{type(held).__name__} is no JSON")


def kind_of(held: object) -> str:
    """Go's name for the type."""
    if held is None:
        return "nil"
    kinds = ((bool, "bool"), (int, "int"), (float, "float64"), (str, "string"), (Mapping, "map"), (Sequence, "slice"))
    return next((name for kind, name in kinds if isinstance(held, kind)), "struct")


def go_printf(pattern: str, arguments: Sequence[object]) -> str:
    """Verbs `v s q d x X o b c t f e g %`, with flags, width and precision. What does not fit is printed as Go prints
    it: `%!d(string=web)`."""
    left = list(arguments)

    def put(found: re.Match[str]) -> str:
        verb = found["verb"] or ""
        if verb == "%":
            return "%"
        if not verb:
            return "%!(NOVERB)"
        width = str(left.pop(0)) if found["width"] == "*" and left else found["width"] or ""
        precision = str(left.pop(0)) if found["precision"] == "*" and left else found["precision"]
        if not left:
            return f"%!{verb}(MISSING)"
        text = _formatted(verb, left.pop(0), found["flags"], precision)
        return _padded(text, found["flags"], int(width or 0), is_number=verb in "dxXobfeg")

    said = _VERB.sub(put, pattern)
    if left:
        said += "%!(EXTRA " + ", ".join(f"{kind_of(held)}={go_text(held)}" for held in left) + ")"
    return said


def _formatted(verb: str, held: object, flags: str, precision: str | None) -> str:
    cut = int(precision) if precision is not None else None
    sign, mark = "+" if "+" in flags else "", "#" if "#" in flags else ""
    match verb, held:
        case "v", _:
            text = go_text(held)
        case "t", bool():
            text = go_text(held)
        case "s", str() | list() | tuple() | dict() | Struct():
            text = go_text(held)[:cut]
        case "q", str():
            text = go_quoted(held[:cut])
        case (("x" | "X"), str()):
            text = held.encode().hex().upper() if verb == "X" else held.encode().hex()
        case (("d" | "x" | "X" | "o" | "b"), int()) if not isinstance(held, bool):
            text = format(held, f"{sign}{mark}{verb}")
        case "c", int() if not isinstance(held, bool):
            text = chr(held)
        case (("f" | "e" | "g"), float()):
            text = format(held, f"{sign}.{6 if cut is None else cut}{verb}")
        case _:
            text = f"%!{verb}({kind_of(held)}={go_text(held)})"
    return text


def _padded(text: str, flags: str, width: int, *, is_number: bool) -> str:
    if "-" in flags:
        return text.ljust(width)
    return text.zfill(width) if "0" in flags and is_number else text.rjust(width)
