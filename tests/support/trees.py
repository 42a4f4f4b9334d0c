"""Compose text → trees and projects, for tests of the loader's stages. No disk, no environment but the given."""

from __future__ import annotations

import posixpath

from composer.errors import LoadError
from composer.load.assemble import (
    bind_resources,
    bind_services,
    check_project,
    check_sections,
    make_project,
    used_resources,
)
from composer.load.bind import plain
from composer.load.canonical import canonical
from composer.load.findings import Findings
from composer.load.format import FILE
from composer.load.merge import merge, settle
from composer.load.node import Mapping
from composer.load.normal import normalise
from composer.load.paths import resolve_paths
from composer.load.pipeline import load_project
from composer.load.reader import MemoryReader
from composer.load.request import Loaded, LoadRequest
from composer.load.select import select
from composer.load.structure import apply_structure
from composer.load.tree import items_of
from composer.load.yaml_tree import parse_documents
from composer.model.project import Project

DIRECTORY = "/project"


def canonical_tree(text: str, found: Findings | None = None, file: str = "compose.yaml") -> Mapping:
    """The first document in canonical form."""
    documents, problems = parse_documents(text, file)
    assert not problems, problems
    found = found if found is not None else Findings()
    tree = canonical(FILE, documents[0], "", found)
    assert isinstance(tree, Mapping)
    return tree


def merged_tree(*texts: str, found: Findings | None = None) -> Mapping:
    """Several files one over the other, marks carried out."""
    found = found if found is not None else Findings()
    tree: Mapping | None = None
    for number, text in enumerate(texts, 1):
        new = canonical_tree(text, found, f"{number}.yaml")
        joined = new if tree is None else merge(FILE, tree, new)
        assert isinstance(joined, Mapping)
        tree = joined
    assert tree is not None
    settled = settle(tree)
    assert isinstance(settled, Mapping)
    return settled


def merged(*texts: str) -> object:
    """What several files give for the service `a`, as plain values."""
    return plain(items_of(merged_tree(*texts), "services")["a"])


def project_of(
    *texts: str,
    services: tuple[str, ...] = (),
    profiles: tuple[str, ...] = (),
    environment: dict[str, str] | None = None,
    found: Findings | None = None,
) -> Project:
    """A project from text; fails when `found` is not given and something is wrong."""
    findings = found if found is not None else Findings()
    tree = merged_tree(*texts, found=findings)
    check_sections(tree, findings)
    made = normalise(resolve_paths(apply_structure(tree, findings), DIRECTORY), "p", environment or {})  # type: ignore[arg-type]
    selection = select(items_of(made, "services"), services, profiles, no_deps=False, found=findings)
    bound = bind_services(made, findings)
    resources = bind_resources(made, findings)
    check_project(made, bound, selection, findings)
    if found is None:
        assert not findings.failed, [item.message for item in findings.items]
    selected = tuple(name for name in selection.selected if name in bound)
    return make_project(
        bound,
        used_resources({name: bound[name] for name in selected}, resources),
        type(selection)(selection.enabled, selected, selection.profiles),
        name="p",
        working_dir=DIRECTORY,
    )


def problems_of(*texts: str, **options: object) -> list[str]:
    """`line:column path: message (hint)` of every error."""
    found = Findings()
    project_of(*texts, found=found, **options)  # type: ignore[arg-type]
    return [
        f"{item.span.line}:{item.span.column} {item.path}: {item.message}" if item.span else item.message
        for item in found.items
        if item.severity == "error"
    ]


def load_files(texts: dict[str, str], /, **request: object) -> Loaded:
    """A project from files in memory below `/project`; the first one is the Compose file unless `files` says so."""
    reader = MemoryReader({posixpath.join(DIRECTORY, name): text for name, text in texts.items()}, cwd=DIRECTORY)
    known: dict[str, object] = {"cwd": DIRECTORY, "environment": {}, "files": (next(iter(texts)),), "for_engine": False}
    return load_project(LoadRequest(**{**known, **request}), reader)  # type: ignore[arg-type]


def failures(texts: dict[str, str], /, **request: object) -> list[str]:
    """`file:line:column: message [hint]` of every error."""
    try:
        load_files(texts, **request)
    except LoadError as error:
        return [f"{one.span}: {one.message} [{one.hint}]" for one in error.diagnostics if one.severity == "error"]
    return []
