"""A command line as words, the way docker compose splits `command` and `entrypoint` strings.

No variables, no globbing; quotes and backslashes as in a shell; an unquoted `;`, `&`, `|`, `<` or `>` ends
the command. Pure.
"""

from __future__ import annotations

_BLANKS = " \t\r\n"
_ENDS = ";&|<>"


def split_words(line: str) -> tuple[str, ...]:
    """The words of `line`. Raises ValueError when a quote or a parenthesis is left open."""
    splitter = _Splitter()
    for char in line:
        if not splitter.take(char):
            break
    return splitter.finish(line)


class _Splitter:
    def __init__(self) -> None:
        self.words: list[str] = []
        self.word = ""
        self.open = ""  # the quote we are in: ' " ` or ) for $(…)
        self.escaped = False
        self.started = False
        self.broken = False

    def take(self, char: str) -> bool:
        """False ends the command."""
        if self.escaped:
            self._add(char)
            self.escaped = False
        elif char == "\\" and self.open != "'":
            self.escaped = True
        elif char in _BLANKS:
            self._blank(char)
        elif char in "'\"":
            self._quote(char)
        elif char in "`()":
            return self._substitution(char)
        elif char in _ENDS and not self.open:
            if char == ">" and self.word[:1].isdigit():
                self.started = False  # `2>file`: the number belongs to the redirection
            return False
        else:
            self._add(char)
        return True

    def _add(self, char: str) -> None:
        self.word += char
        self.started = True

    def _blank(self, char: str) -> None:
        if self.open:
            self.word += char
        elif self.started:
            self._end_word()

    def _end_word(self) -> None:
        self.words.append(self.word)
        self.word = ""
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
            if not self.word.endswith("$"):
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
