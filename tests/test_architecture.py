"""The house rules a machine can check: who may import whom, what stays pure, what stays small."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "composer"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Package or module → the packages or modules of ours that it may import. The longest match counts.
FOUNDATION = {
    "composer.values",
    "composer.diagnostics",
    "composer.digest",
    "composer.errors",
    "composer.labels",
    "composer.units",
    "composer.stamps",
    "composer.state",
    "composer.suggest",
}
MAY_IMPORT: dict[str, set[str]] = {
    "composer.values": set(),
    "composer.diagnostics": {"composer.values"},
    "composer.errors": {"composer.diagnostics"},
    "composer.digest": set(),
    "composer.labels": set(),
    "composer.units": set(),
    "composer.stamps": set(),
    "composer.state": {"composer.digest"},
    "composer.suggest": set(),
    "composer.model": FOUNDATION | {"composer.model"},
    "composer.load": FOUNDATION | {"composer.model", "composer.load", "composer.graph"},
    "composer.graph": FOUNDATION | {"composer.model", "composer.graph"},
    "composer.plan": FOUNDATION | {"composer.model", "composer.graph", "composer.plan"},
    # What a build is made from is read here; only the engine's side and those who watch files need it.
    "composer.build": FOUNDATION | {"composer.plan", "composer.build"},
    "composer.engine": FOUNDATION | {"composer.model", "composer.plan", "composer.engine", "composer.build"},
    "composer.watch": FOUNDATION | {"composer.model", "composer.build", "composer.watch"},
    "composer.events": FOUNDATION | {"composer.model", "composer.plan", "composer.events"},
    "composer.execute": FOUNDATION
    | {
        "composer.model",
        "composer.plan",
        "composer.events",
        "composer.execute",
        "composer.engine.port",
        "composer.engine.dialogue",
        "composer.engine.filing",
        "composer.engine.payload",
        "composer.engine.archive",
        "composer.engine.ai_models",
        "composer.engine.providers",
    },
    "composer.views": FOUNDATION | {"composer.model", "composer.plan", "composer.events", "composer.views"},
    "composer.views.watch_rows": FOUNDATION | {"composer.views", "composer.watch.effects", "composer.watch.rules"},
    "composer.views.watch_table": FOUNDATION | {"composer.views", "composer.watch.effects", "composer.watch.rules"},
    "composer.api": {"composer"},
    "composer.glance": {"composer"},
    "composer.testing": {"composer"},
    "composer.cli": FOUNDATION
    | {
        "composer.cli",
        "composer.build.bake",
        "composer.api",
        "composer.glance",
        "composer.views",
        "composer.events",
        "composer.model",
        "composer.plan",
        "composer.load.request",
        "composer.load.render",
        "composer.build.ignore",
        "composer.watch",
        "composer.execute.attached",
        "composer.execute.commands",
        "composer.execute.copying",
        "composer.execute.detach",
        "composer.execute.drift",
        "composer.execute.follow",
        "composer.execute.gauges",
        "composer.execute.inorder",
        "composer.execute.interrupt",
        "composer.execute.lock",
        "composer.execute.printer",
        "composer.execute.oneoff",
        "composer.execute.packing",
        "composer.execute.policy",
        "composer.execute.process",
        "composer.execute.session",
        "composer.execute.steady",
        "composer.execute.talk",
        "composer.engine.port",
        "composer.engine.builder",
        "composer.engine.dialogue",
        "composer.engine.filing",
    },
    "composer.__main__": FOUNDATION | {"composer.cli"},
}

# Library → the only modules or packages that may import it at all.
ONLY_IN: dict[str, tuple[str, ...]] = {
    "docker": ("composer.engine.docker_sdk", "composer.engine.errors"),
    "h2": ("composer.engine.buildkit",),
    "requests": ("composer.engine.docker_sdk", "composer.engine.errors"),
    "networkx": ("composer.graph",),
    "watchfiles": ("composer.watch.notice",),
    "yaml": ("composer.load.yaml_tree", "composer.load.render", "composer.load.outline"),
    "pydantic": ("composer.model",),
    "pydantic_core": ("composer.model", "composer.load.bind"),
    "typer": ("composer.cli",),
    "click": ("composer.cli",),
    "rich": ("composer.views",),
}
# Libraries that may only be imported inside functions: each costs start-up time on every command.
LAZY = {"docker", "h2", "watchfiles", "requests", "networkx", "rich", "pydantic"}

PURE = ("composer.model", "composer.graph", "composer.plan", "composer.execute.scheduler", "composer.execute.readiness")
NEVER_IN_PURE = {"docker", "requests", "socket", "subprocess", "threading", "time", "rich", "typer", "os"}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(tree: ast.AST) -> list[tuple[str, ast.stmt]]:
    found: list[tuple[str, ast.stmt]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.extend((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.extend((f"{node.module}.{alias.name}", node) for alias in node.names)
    return found


def is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def rule_for(module: str) -> set[str] | None:
    fitting = [name for name in MAY_IMPORT if is_within(module, name)]
    return MAY_IMPORT[max(fitting, key=len)] if fitting else None


def allows(allowed: set[str], imported: str) -> bool:
    return imported == "composer.__version__" or any(is_within(imported, name) for name in allowed)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_dependencies_point_inwards(path: Path) -> None:
    module = name_of(path)
    allowed = rule_for(module)
    if allowed is None or allowed == {"composer"}:
        return
    tree = ast.parse(path.read_text())
    wrong = [
        name
        for name, _ in imports_of(tree)
        if is_within(name, "composer") and not allows(allowed, name) and not is_within(name, module.rsplit(".", 1)[0])
    ]
    assert wrong == [], f"{module} may not import {wrong}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_libraries_stay_behind_their_door(path: Path) -> None:
    module = name_of(path)
    wrong = []
    for name, _ in imports_of(ast.parse(path.read_text())):
        library = name.split(".")[0]
        if library in ONLY_IN and not any(is_within(module, door) for door in ONLY_IN[library]):
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_heavy_libraries_are_imported_inside_functions(path: Path) -> None:
    tree = ast.parse(path.read_text())
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {name.split(".")[0] for node in top for name, _ in imports_of(node)}
    assert names & LAZY == set()


@pytest.mark.parametrize("path", [p for p in MODULES if any(is_within(name_of(p), pure) for pure in PURE)], ids=name_of)
def test_decisions_are_pure(path: Path) -> None:
    names = {name.split(".")[0] for name, _ in imports_of(ast.parse(path.read_text()))}
    assert names & NEVER_IN_PURE == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_owns(path: Path) -> None:
    text = path.read_text()
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), f"{path} has no module docstring"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 400, "two nouns would be clearer"
    long = [
        f"{node.name}: {(node.end_lineno or 0) - node.body[0].lineno} lines"  # a flag a parameter is no length
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.body[0].lineno > 60
    ]
    assert long == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_annotations_are_text_but_where_typer_reads_them(path: Path) -> None:
    text = path.read_text()
    read_by_typer = path.parent.name == "commands" or name_of(path) == "composer.cli.app"
    if read_by_typer:
        assert "\nfrom __future__" not in text, "Typer would compile every annotation at each start"
    elif "\nimport " in text or "\nfrom " in text:
        assert "\nfrom __future__ import annotations" in text
