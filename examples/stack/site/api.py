"""The guest book for programs: entries and visits as JSON."""

from __future__ import annotations

import json

import answers
import stores


def entries() -> tuple[str, str]:
    found = [{"author": author, "words": words} for author, words in stores.entries()]
    return "application/json", json.dumps({"entries": found, "visits": stores.visits(count=False)}) + "\n"


def health() -> tuple[str, str]:
    return "text/plain", f"{stores.visits(count=False)} visits\n"


answers.serve({"/api/entries": entries, "/health": health})
