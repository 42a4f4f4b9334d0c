"""Rows 34-55 of the checklist: the grammar of env files. Values are what docker compose 2.40.3 reads."""

from __future__ import annotations

import pytest

from composer.diagnostics import Severity, Span
from composer.load.dotenv import parse, parse_layer, parse_raw
from composer.load.environment import Environment, Variable
from composer.load.texts import SourceText

OUTSIDE = {"X": "shell", "EMPTY": ""}


def values(text: str) -> dict[str, str]:
    variables, diagnostics = parse(text, ".env", OUTSIDE.get)
    assert [one for one in diagnostics if one.severity is Severity.ERROR] == []
    return {name: variable.value for name, variable in variables.items()}


def errors(text: str) -> list[tuple[str, str]]:
    diagnostics = parse(text, ".env", OUTSIDE.get)[1]
    return [(str(one.span), one.message) for one in diagnostics if one.severity is Severity.ERROR]


READ = [
    (34, "A=v", {"A": "v"}),
    (34, "A='v'\nB=\"w\"\n", {"A": "v", "B": "w"}),
    (34, "A = v\n", {"A": "v"}),
    (34, "A: v\nB:w\nC :x\n", {"A": "v", "B": "w", "C": "x"}),
    (34, "A=\u00a0v\n", {"A": "v"}),
    (35, "A=\nB=\n", {"A": "", "B": ""}),
    (35, "A=''\nB=\"\"", {"A": "", "B": ""}),
    (36, "export A=1\nexport\tB=2\nexportFoo=3\nexport_FOO =4\n",
     {"A": "1", "B": "2", "exportFoo": "3", "export_FOO": "4"}),
    (37, 'A="bar\\nbaz"\nB=a\\tb\nC=a\\\n', {"A": "bar\nbaz", "B": "a\\tb", "C": "a\\"}),
    (38, "A='a\\'b'\nB=\"a\\\"b\"\nC='a\"b'\nD=\"a'b\"\n", {"A": "a'b", "B": 'a"b', "C": 'a"b', "D": "a'b"}),
    (38, "A='a\\nb\\\\c'\n", {"A": "a\\nb\\\\c"}),
    (39, r'A="\a\b\f\n\r\t\v\\\0123"', {"A": "\a\b\f\n\r\t\v\\S"}),
    (39, r'A="\x07\u12e4\U00010000\c\q"', {"A": r"\x07\u12e4\U00010000\c\q"}),
    (39, r'A="\0\01z"', {"A": r"\\1z"}),
    (39, r'A="\0777"', {"A": r"\777"}),
    (40, "A=a # c\nB=a#b\nC=123#x\nD=a\t#c\n", {"A": "a", "B": "a#b", "C": "123#x", "D": "a\t#c"}),
    (40, "A=\"b#c\" # d\nB='e # f' # g\nC= # h\n", {"A": "b#c", "B": "e # f", "C": "# h"}),
    (40, "#A=1\n  # B=2\nC=3\n", {"C": "3"}),
    (41, "A='x\ny: z+1\n'\nB=\"p\nq\"\nC=1\n", {"A": "x\ny: z+1\n", "B": "p\nq", "C": "1"}),
    (42, "A=foobar=\nDSN=postgres://u:p@h/db?x=y\n", {"A": "foobar=", "DSN": "postgres://u:p@h/db?x=y"}),
    (42, "A=a'b'\nB=`x`\n", {"A": "a'b'", "B": "`x`"}),
    (44, "a[1]=c\na.b-c=d\nnaïve=e\n", {"a[1]": "c", "a.b-c": "d", "naïve": "e"}),
    (44, "A\tB=1\n", {"A\tB": "1"}),
    (45, "X\nMISSING\nEMPTY\nA=1\nX2\n", {"X": "shell", "EMPTY": "", "A": "1"}),
    (45, "A=1\nX", {"A": "1", "X": "shell"}),  # the reference makes an entry without a name of the last line
    (46, "A=1\nB=$A-${A}\nC='$A'\nD=\\$A\nE=\"\\$A $$A\"\n",
     {"A": "1", "B": "1-1", "C": "$A", "D": "\\1", "E": "$A $A"}),
    (46, "X=file\nB=$X\n", {"X": "file", "B": "shell"}),
    (46, "A=$é\n", {"A": "$é"}),
    (47, "A=${U:-d}\nB=${U-d}\nC=${EMPTY:-d}\nD=${EMPTY-d}\nE=${X:?e}\nF=${X+p}\n",
     {"A": "d", "B": "d", "C": "d", "D": "", "E": "shell", "F": "p"}),
    (48, "\ufeffA=1\n", {"A": "1"}),
    (49, "A=1\r\n\r\n# c\r\nB='x'\r\nC=\"y\"\r\nX\r\n", {"A": "1", "B": "x", "C": "y", "X": "shell"}),
    (54, "1A=x\n", {"1A": "x"}),
    (55, "A=1\nA=2\n", {"A": "2"}),
    (55, "V='b'X=5\nW=\"b\" Y=6\n", {"V": "b", "X": "5", "W": "b", "Y": "6"}),
    (55, "=1\nV=2\n", {"V": "2"}),
    (55, "V=a\x00b\n", {"V": "a\x00b"}),
]  # fmt: skip


@pytest.mark.parametrize(("row", "text", "expected"), READ)
def test_values(row: int, text: str, expected: dict[str, str]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("lol$wut\n", ".env:1:4", 'line 1: unexpected character "$" in variable name "lol$wut"'),
        ("A=1\n\n'B'=2\n", ".env:3:1", 'line 3: unexpected character "\'" in variable name "\'B\'=2"'),
        ("INVALID LINE\n", ".env:1:8", "line 1: key cannot contain a space"),
        ("A='x\ny\nz'\nB C=1\n", ".env:4:2", "line 4: key cannot contain a space"),
        ("A='b' x\n", ".env:1:7", "line 1: unexpected text after a quoted value: x"),
        ("A=${Q:?need}\n", ".env:1:3", "required variable Q is missing a value: need"),
        ("A=${Q?}\n", ".env:1:3", "required variable Q is missing a value"),
        ("A=${\n", ".env:1:3", 'Invalid template: "${"'),
        *((text, ".env:1:3", f"line 1: unterminated quoted value {shown}") for text, shown in [
            ("A='", "'"), ('A="', '"'), ("A='x", "'x"), ('A="x', '"x'), ("A='x\ny", "'x"), ('A="x\n', '"x'),
            ("A='x\\'", "'x\\'"), ('A="x\\"', '"x\\"'),
        ]),
    ],
)  # fmt: skip
def test_row_43_errors_say_where(text: str, place: str, message: str) -> None:
    assert errors(text) == [(place, message)]


def test_all_bad_lines_are_told_and_good_ones_read() -> None:
    variables, diagnostics = parse("A B=1\nC=2\nD$=3\nE=4\n", ".env", OUTSIDE.get)
    assert list(variables) == ["C", "E"]
    assert [(one.span and one.span.line, one.source) for one in diagnostics] == [(1, "A B=1"), (3, "D$=3")]


def test_an_unset_variable_is_a_warning_with_its_place() -> None:
    variables, (warning,) = parse("A=1\nB=x $NOWHERE\n", ".env", OUTSIDE.get)
    assert variables["B"].value == "x "
    assert (warning.severity, str(warning.span)) == (Severity.WARNING, ".env:2:5")
    assert warning.message == 'The "NOWHERE" variable is not set. Defaulting to a blank string.'


def test_every_variable_knows_its_line() -> None:
    variables, _ = parse("A='x\ny'\n\n  export B=2\nX\n", ".env", OUTSIDE.get)
    assert variables == {
        "A": Variable("A", "x\ny", Span(".env", 1, 1)),
        "B": Variable("B", "2", Span(".env", 4, 10)),
        "X": Variable("X", "shell", Span(".env", 5, 1)),
    }


def test_row_51_files_of_one_layer_see_those_before_and_win_over_them() -> None:
    sources = [SourceText("/1", "1", "A=1\nB=$A\nX=no\n"), SourceText("/2", "2", "A=2\nC=$A\nD=$B$X\n")]
    layer, diagnostics = parse_layer(sources, Environment(OUTSIDE))
    assert diagnostics == []
    assert {name: variable.value for name, variable in layer.items()} == {
        "A": "2", "B": "1", "X": "no", "C": "2", "D": "1shell",
    }  # fmt: skip
    assert Environment(OUTSIDE).below(layer).get("X") == "shell"


def test_row_52_raw_takes_all_after_the_sign() -> None:
    text = "\ufeffA='x' # y\r\nX\nMISSING\n# c\n\n  D=$X \nE=\nB C=1\n=1\nF=a=b\n"
    variables, diagnostics = parse_raw(text, "f", OUTSIDE.get)
    assert {name: variable.value for name, variable in variables.items()} == {
        "A": "'x' # y", "X": "shell", "D": "$X ", "E": "", "F": "a=b",
    }  # fmt: skip
    assert [(str(one.span), one.message) for one in diagnostics] == [
        ("f:8:1", "variable 'B C' contains whitespaces"),
        ("f:9:1", "no variable name on line '=1'"),
    ]


def test_row_53_many_lines_are_read_in_one_go() -> None:
    text = "".join(f"A{n}=${{A{n - 1}}}x\n" if n % 100 else f"A{n}=\n" for n in range(20_000))
    found = values(text)
    assert (len(found), found["A19999"]) == (20_000, "x" * 99)


def test_variables_of_variables_cannot_grow_without_end() -> None:
    text = "A0=" + "x" * 1000 + "\n" + "".join(f"A{n}={f'$A{n - 1}' * 10}\n" for n in range(1, 12))
    assert "grows beyond" in errors(text)[0][1]


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert values("A=caf\udce9\n") == {"A": "caf\ufffd"}
