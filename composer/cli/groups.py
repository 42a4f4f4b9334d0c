"""Commands by what they are for: the order in which `--help` tells of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

# Title, an example, commands in the order in which they are told.
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Bring up and take down",
        "composer up -d --wait",
        (
            "up",
            "down",
            "create",
            "start",
            "stop",
            "restart",
            "scale",
            "pause",
            "unpause",
            "kill",
            "rm",
            "wait",
            "watch",
        ),
    ),
    (
        "See what is going on",
        "composer logs --follow --tail 20 web",
        ("ps", "logs", "why", "events", "top", "stats", "port", "images", "volumes", "ls"),
    ),
    ("Work in containers", "composer exec web sh", ("exec", "run", "attach", "cp", "commit", "export")),
    ("Images", "composer build --pull", ("build", "pull", "push")),
    ("The file and this program", "composer config --services", ("config", "plan", "graph", "completion", "version")),
)


def grouped(verbs: Collection[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Title, example and those of `verbs` that belong there; what belongs nowhere comes last."""
    known = {verb for _, _, named in GROUPS for verb in named}
    for title, example, named in GROUPS:
        if here := [verb for verb in named if verb in verbs]:
            yield title, example, here
    if rest := sorted(set(verbs) - known):
        yield "More", f"composer {rest[0]}", rest
