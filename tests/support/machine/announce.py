"""Tells the person at the terminal what the set-up is about to do. Prints to stderr, decides nothing."""

from __future__ import annotations

import sys


class SetUpError(Exception):
    """The machine cannot be set up; the message says what is missing and what would cure it."""


def say(text: str) -> None:
    print(f"[set-up] {text}", file=sys.stderr, flush=True)
