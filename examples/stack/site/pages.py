"""The guest book as a page: every entry, and how often the page was looked at."""

from __future__ import annotations

import html

import answers
import stores

PAGE = """<!doctype html>
<title>Guest book</title>
<h1>Guest book</h1>
<ul>
{entries}
</ul>
<p>Visit number {visits}.</p>
"""


def page() -> tuple[str, str]:
    entries = [f"<li>{html.escape(words)} <em>{html.escape(author)}</em></li>" for author, words in stores.entries()]
    return "text/html; charset=utf-8", PAGE.format(entries="\n".join(entries), visits=stores.visits(count=True))


def health() -> tuple[str, str]:
    return "text/plain", f"{len(stores.entries())} entries\n"


answers.serve({"/": page, "/health": health})
