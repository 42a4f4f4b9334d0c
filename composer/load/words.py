"""A command line as words, the way docker compose splits `command` and `entrypoint` strings.

No variables, no globbing; quotes and backslashes as in a shell; an unquoted `;`, `&`, `|`, `<` or `>` ends
the command. Pure.
"""

from __future__ import annotations

import re

MAX_LENGTH = 4 * 1024 * 1024
_BLANKS = " \t\r\n"
_ENDS = ";&|<>"
_SPECIAL = re.compile(r"[\\'\"`();&|<>]")
_BLANK_RUN = r"[ \t\r\n]+"
_PARTS = r"\\[\s\S]|[^ \t\r\n\\'\"`();&|<>]+|[\s\S]"
"""A character with its backslash, a run of ordinary ones, or one that means something."""


def split_words(line: str) -> tuple[str, ...]:
    """The words of `line`. Raises ValueError when a quote or a parenthesis is left open."""
    if not _SPECIAL.search(line):
        return tuple(word for word in re.split(_BLANK_RUN, line) if word)
    if len(line) > MAX_LENGTH:
        raise ValueError(f"invalid command line: {len(line)} characters are more than any system takes")
    splitter = _Splitter()
    for part in re.findall(_PARTS, line):
        if not splitter.take(part):
            break
    return splitter.finish(line)


class _Splitter:
    def __init__(self) -> None:
        self.words: list[str] = []
        self.word: list[str] = []
        self.open = ""  # the quote we are in: ' " ` or ) for $(…)
        self.escaped = False  # a backslash at the very end
        self.started = False
        self.broken = False

    def take(self, char: str) -> bool:
        """One part of the line; False ends the command."""
        if char[0] == "\\":
            return self._backslash(char)
        if char in _BLANKS:
            self._blank(char)
        elif char in "'\"":
            self._quote(char)
        elif char in "`()":
            return self._substitution(char)
        elif char in _ENDS and not self.open:
            if char == ">" and self.word and self.word[0][0].isdigit():
                self.started = False  # `2>file`: the number belongs to the redirection
            return False
        else:
            self._add(char)
        return True

    def _backslash(self, pair: str) -> bool:
        """A backslash and what it protects; between single quotes both are ordinary."""
        if self.open != "'":
            self.escaped = len(pair) == 1
            self._add(pair[1:])
            return True
        self._add("\\")
        return len(pair) == 1 or self.take(pair[1])

    def _add(self, text: str) -> None:
        self.word.append(text)
        self.started = True

    def _blank(self, char: str) -> None:
        if self.open:
            self.word.append(char)
        elif self.started:
            self._end_word()

    def _end_word(self) -> None:
        self.words.append("".join(self.word))
        self.word = []
        self.started = False

    def _quote(self, char: str) -> None:
        if self.open and self.open != char:
            self._add(char)
            return
        self.open = "" if self.open == char else char
        self.started = True

    def _substitution(self, char: str) -> bool:
        """Backquotes and `$(…)` hold blanks together; their text is kept, not run."""
        if char == "`" and self.open in ("", "`"):
            self.open = "" if self.open else "`"
        elif char == "(" and not self.open:
            if not (self.word and self.word[-1].endswith("$")):
                self.broken = True
                return False
            self.open = ")"
        elif char == ")" and self.open in ("", ")"):
            if not self.open:
                self.broken = True
                return False
            self.open = ""
        self._add(char)
        return True

    def finish(self, line: str) -> tuple[str, ...]:
        if self.open or self.escaped or self.broken:
            raise ValueError(f"invalid command line {line!r}: a quote, a backslash or a parenthesis is left open")
        if self.started:
            self._end_word()
        return tuple(self.words)
