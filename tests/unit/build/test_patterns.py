"""Patterns of ignore files, as the builder reads them; every row was seen at the real one."""

from __future__ import annotations

import pytest

from composer.build.patterns import Patterns, cleaned


@pytest.mark.parametrize(
    ("patterns", "matched", "not_matched"),
    [
        (["foo"], ["foo", "foo/bar"], ["afoo", "a/foo", "foob"]),
        (["foo/"], ["foo"], ["a/foo"]),
        (["/foo"], [], ["foo"]),  # the leading slash is taken off by whoever reads the file
        (["*.log"], ["a.log", ".log"], ["a/b.log", "a.log.b"]),
        (["**/*.log"], ["a.log", "a/b.log", "a/b/c.log"], ["a.logs"]),
        (["**"], ["a", "a/b"], []),
        (["**/foo"], ["foo", "a/foo", "a/b/foo", "foo/bar"], ["xfoo"]),
        (["**foo"], ["foo", "xfoo", "a/xfoo"], ["foox"]),
        (["a/**"], ["a/b", "a/b/c"], ["a", "ab"]),
        (["a/**/z"], ["a/z", "a/b/z", "a/b/c/z"], ["a", "az", "b/z"]),
        (["a**"], ["a", "ab", "a/b"], ["ba"]),
        (["a?c"], ["abc"], ["a/c", "ac", "abbc"]),
        (["[a-c]x"], ["ax", "cx"], ["dx"]),
        (["[^a]x"], ["bx"], ["ax"]),
        (["[!a]x"], ["ax", "!x"], ["bx"]),
        (["a.b"], ["a.b"], ["axb"]),
        (["a+(b)"], ["a+(b)"], ["aab"]),
        (["\\*"], ["*"], ["a"]),
        (["\\#x"], ["#x"], ["x"]),
        (["Keep"], ["Keep"], ["keep"]),
        (["*", "!keep"], ["other", "other/keep"], ["keep", "keep/x"]),
        (["*", "!src/a"], ["src", "src/b"], ["src/a", "src/a/b"]),
        (["*", "!**/keep.txt"], ["a", "a/b"], ["keep.txt", "a/keep.txt"]),
        (["!keep", "keep"], ["keep"], []),
        (["a", "!a/b", "a/b/c"], ["a", "a/x", "a/b/c"], ["a/b", "a/b/x"]),
        (["  spaced  "], ["spaced"], ["  spaced  "]),
        (["a b"], ["a b"], ["a"]),
        (["./a/../b"], ["b"], ["a"]),
        (["a\\\\b*"], ["a\\bc"], ["ab"]),
        ([], [], ["a"]),
    ],
)
def test_what_is_matched(patterns: list[str], matched: list[str], not_matched: list[str]) -> None:
    made = Patterns(patterns)
    assert [path for path in (*matched, *not_matched) if made.match(path)] == matched


@pytest.mark.parametrize("pattern", ["[a", "a[]", "[^]", "a\\", "!", "[a\\"])
def test_what_cannot_be_understood(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"syntax error|illegal"):
        Patterns([pattern])


def test_folders_that_need_no_look() -> None:
    excluded = Patterns(["*", "!src/app", "!docs/**"])
    assert excluded.only_plain(exceptions=True)
    assert [
        folder for folder in ("src", "src/app", "lib", "docs") if excluded.may_match_inside(folder, exceptions=True)
    ] == [
        "src",
        "src/app",
        "docs",
    ]
    assert not Patterns(["*", "!**/x"]).only_plain(exceptions=True)


@pytest.mark.parametrize(
    ("path", "expected"), [("a//b/", "a/b"), ("./a", "a"), ("", "."), ("//a", "/a"), ("a/..", "."), ("../a", "../a")]
)
def test_cleaning(path: str, expected: str) -> None:
    assert cleaned(path) == expected
