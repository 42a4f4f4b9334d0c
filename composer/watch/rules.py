"""Which path of which service means what: the rules of `develop.watch`, ready to be asked.

Patterns are those of `.dockerignore`, seen from the rule's path (those of the ignore file itself from the build
context). Pure: ignore files are handed in. Must not know: the disk, containers.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from composer.build.patterns import Patterns
from composer.errors import PlanError
from composer.values import value

if TYPE_CHECKING:
    from composer.model.develop import Watch
    from composer.model.lifecycle import Hook
    from composer.model.project import Project
    from composer.model.service import Service

REBUILD, RESTART, SYNC_RESTART, SYNC_EXEC = "rebuild", "restart", "sync+restart", "sync+exec"
INITIAL = "x-initialSync"  # as it was called before it was part of the format
# What editors and tools leave behind for a moment, and what nobody wants in a container.
PASSING = (
    "**/.git",
    "**/.DS_Store",
    "**/*~",
    "**/#*#",
    "**/.#*",
    "**/*.swp",
    "**/*.swx",
    "**/.*.kate-swp",
    "**/4913",
    "**/___jb_tmp___",
    "**/___jb_old___",
    "**/.goutputstream*",
    "**/.idea/**/*.tmp",
)


@value()
class Rule:
    """`path` is absolute, a folder or a file; `target` "" for rules that copy nothing. `number` is its place in the
    file. `bases`: folders (relative to nothing, absolute) and the ignore patterns that are seen from them."""

    service: str
    number: int
    action: str
    path: str
    target: str = ""
    hook: Hook | None = None
    initial: bool = False
    include: Patterns | None = None
    ignored: tuple[tuple[str, Patterns], ...] = ()

    @property
    def name(self) -> str:
        """`web[0]`: stable for one file."""
        return f"{self.service}[{self.number}]"

    @property
    def copies(self) -> bool:
        return self.action.startswith("sync")

    def relative(self, path: str) -> str | None:
        """`path` seen from the rule's: "." for itself, None for what lies elsewhere."""
        return _inside(self.path, path)

    def ignores(self, path: str) -> bool:
        """Whether the absolute `path` (below the rule's) is of no interest, and all in it."""
        for base, patterns in self.ignored:
            inside = _inside(base, path)
            if inside is not None and inside != "." and patterns.match(inside):
                return True
        return False

    def includes(self, path: str) -> bool:
        """Whether the absolute `path` of a file counts, as far as `include` goes."""
        inside = self.relative(path)
        return self.include is None or (inside is not None and self.include.match(inside))

    def destination(self, relative: str) -> str:
        """Where a file or folder of the rule's path is in the container."""
        return posixpath.normpath(posixpath.join(self.target, relative))


def restarts_on(rule: Rule) -> bool:
    """Whether a change leads to a restart of what is there."""
    return rule.action in (RESTART, SYNC_RESTART)


@value()
class Ruleset:
    """`remarks`: what is left out, and why, for people."""

    rules: tuple[Rule, ...] = ()
    remarks: tuple[str, ...] = ()


def rules_of(project: Project, services: Iterable[str], ignore: Mapping[str, tuple[str, ...]]) -> Ruleset:
    """The rules of `services`. `ignore`: service → the patterns of its build's ignore file.

    Raises PlanError for a rule that cannot be carried out, and when there is none at all.
    """
    rules: list[Rule] = []
    remarks: list[str] = []
    for name in services:
        service = project.services[name]
        for number, watch in enumerate(service.develop.watch if service.develop is not None else ()):
            rule = _rule(service, number, watch, ignore.get(name, ()))
            if INITIAL in watch.extensions:
                remarks.append(f"{INITIAL} is DEPRECATED, please use the official `initial_sync` attribute")
            mounted = _bind_over(service, rule.path) if rule.copies else ""
            if mounted:
                remarks.append(f"path '{rule.path}' also declared by a bind mount volume, this path won't be monitored")
                continue
            rules.append(rule)
    if not rules and not remarks:
        raise PlanError(
            "none of the selected services is configured for watch, consider setting a 'develop' section",
            hint="`develop: {watch: [{action: sync, path: ./src, target: /app/src}]}`",
        )
    return Ruleset(tuple(rules), tuple(remarks))


def _rule(service: Service, number: int, watch: Watch, ignore: tuple[str, ...]) -> Rule:
    where = f"services.{service.name}.develop.watch[{number}]"
    if watch.action == REBUILD and service.build is None:
        raise PlanError(
            f'can\'t watch service "{service.name}" with action rebuild without a build context',
            hint=f"{where} needs a `build` section, or another action",
        )
    bases = [(watch.path, _patterns(where, watch.ignore)), ("/", Patterns(PASSING))]
    if ignore and service.build is not None and service.build.context:
        bases.append((service.build.context, _patterns(f"the ignore file of {service.name}", ignore)))
    return Rule(
        service=service.name,
        number=number,
        action=watch.action,
        path=watch.path.rstrip("/") or "/",
        target=watch.target or "",
        hook=watch.exec,
        initial=bool(watch.initial_sync or watch.extensions.get(INITIAL)),
        include=_patterns(where, watch.include) if watch.include else None,
        ignored=tuple((base, patterns) for base, patterns in bases if patterns),
    )


def _patterns(where: str, lines: Iterable[str]) -> Patterns:
    try:
        return Patterns(lines)
    except ValueError as error:
        raise PlanError(f"{where}: {error}") from error


def _bind_over(service: Service, path: str) -> str:
    """The bind mount whose folder holds `path` already."""
    return next(_binds_holding(service, path), "")


def _binds_holding(service: Service, path: str) -> Iterator[str]:
    for mount in service.volumes:
        if mount.type == "bind" and mount.source and _inside(mount.source, path) is not None:
            yield mount.source


def _inside(base: str, path: str) -> str | None:
    if path == base:
        return "."
    prefix = base if base.endswith("/") else base + "/"
    return path[len(prefix) :] if path.startswith(prefix) else None
