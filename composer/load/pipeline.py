"""Loading a project: the stages in their order.

    read → parse → interpolate → canonical → include → extends → merge   each file (`load.model`)
    → structure → paths                                                 each model
    → normalise → select → env files → bind → check                     the whole project
Errors of every stage are collected and raised together. Must not know: what any stage does inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.diagnostics import Diagnostic, Severity
from composer.errors import LoadError
from composer.load.assemble import (
    bind_resources,
    bind_services,
    check_container_names,
    check_project,
    check_sections,
    keep_selected,
    make_project,
    used_resources,
    with_replicas,
)
from composer.load.bind import plain
from composer.load.envfiles import EnvFiles
from composer.load.findings import Findings
from composer.load.model import ModelLoader, Shelf, is_empty, report_empty
from composer.load.names import VARIABLE, declared_name, project_name
from composer.load.node import Mapping
from composer.load.normal import inherit_variables, normalise
from composer.load.origins import Origins
from composer.load.request import Loaded, LoadRequest
from composer.load.select import active_profiles, select
from composer.load.source import Sources, read
from composer.load.tree import items_of

if TYPE_CHECKING:
    from composer.diagnostics import Span
    from composer.load.reader import Reader
    from composer.load.texts import SourceText
    from composer.model.project import Project


def load_project(request: LoadRequest, reader: Reader | None = None) -> Loaded:
    """The valid project that the request names, with its warnings and the origin of each value.

    Raises LoadError with every diagnostic found, NoComposeFile when there is no file.
    """
    sources = read(request, reader)
    return _Loading(request, sources).run()


def load_uninterpolated(request: LoadRequest, reader: Reader | None = None) -> dict[str, object]:
    """The merged files with their variables in place, as plain values: what `config --no-interpolate` prints.

    Raises LoadError, NoComposeFile. Values are not checked beyond their form, since they are not known yet.
    """
    sources = read(request, reader)
    return _Loading(request, sources, lenient=True).run_uninterpolated()


class _Loading:
    """One load: what all its stages share."""

    def __init__(self, request: LoadRequest, sources: Sources, *, lenient: bool = False) -> None:
        self.request = request
        self.sources = sources
        self.found = Findings(lenient=lenient)
        self.found.extend(sources.warnings)
        self.shelf = Shelf(sources.reader, sources.texts, self.found, strict_env=request.strict_env)
        self.environment = sources.environment

    def run(self) -> Loaded:
        name = self._name()
        tree = self._tree()
        project, tree = self._project(tree, name)
        return Loaded(project, self._told(), Origins(tree))

    def run_uninterpolated(self) -> dict[str, object]:
        name = self._name()
        tree = self._tree()
        if "normalise" not in self.request.skip:
            tree = normalise(tree, name, None)
        if self.found.failed:
            raise self._failure()
        document = plain(tree)
        return {"name": name, **document} if isinstance(document, dict) else {}

    def _tree(self) -> Mapping:
        loader = ModelLoader(self.shelf, self.environment)
        tree = loader.load(self.sources.files, self.sources.working_dir, with_paths="paths" not in self.request.skip)
        if tree is None or is_empty(tree):
            if not self.found.failed:
                report_empty(self.sources.files, self.found)
            raise self._failure()
        check_sections(tree, self.found)
        if self.shelf.broken:
            raise self._failure()  # names that a broken file would declare are not known: say nothing of them
        return tree

    def _name(self) -> str:
        documents = [document for source in self.sources.files for document in self.shelf.documents(source)]
        declared, problems = declared_name(documents, self.environment, self.sources.texts)
        directory = self.sources.named_after.rpartition("/")[2]
        option = self.request.project_name
        name, more = project_name(option, self.environment, declared, directory, linked=self.sources.linked)
        self.found.extend([*problems, *more])
        self.environment = self.environment.with_value(VARIABLE, name)
        return name

    def _project(self, tree: Mapping, name: str) -> tuple[Project, Mapping]:
        found = self.found
        skip = self.request.skip
        if "normalise" not in skip:
            tree = normalise(tree, name, self.environment.values)
        elif "env_files" not in skip:
            tree = inherit_variables(tree, self.environment.values)
        profiles = active_profiles(self.request.profiles, self.environment.get("COMPOSE_PROFILES"))
        named = self.request.services
        selection = select(items_of(tree, "services"), named, profiles, no_deps=self.request.no_deps, found=found)
        tree = keep_selected(tree, selection, named=bool(named))
        if "env_files" not in skip:
            files = EnvFiles(self.environment, self._env_file, found, keep_label_files=self.request.for_engine)
            tree = files.apply(tree, selection.selected)
        services = bind_services(tree, found)
        resources = bind_resources(tree, found)
        if "consistency" not in skip:
            check_project(tree, services, selection, found)
            services = with_replicas(services)
            if "container_names" not in skip:
                check_container_names(tree, services, selection, found)
        if found.failed:
            raise self._failure()
        if not self.request.all_resources:
            resources = used_resources({name: services[name] for name in selection.selected}, resources)
        project = make_project(
            services,
            resources,
            selection,
            name=name,
            working_dir=self.sources.working_dir,
            config_files=tuple(source.path for source in self.sources.files),
            environment_files=self._environment_files(),
            separator="_" if self._is_compatible() else "-",
            variables=self._sealed(
                resources,
                with_all=any(services[name].provider or services[name].models for name in selection.selected),
            ),
            included=self._sealed_of_includes(resources),
            default_platform=self.environment.get("DOCKER_DEFAULT_PLATFORM") or "",
            extensions={key: plain(node) for key, node in tree.items.items() if key.startswith("x-")},
        )
        return project, tree

    def _is_compatible(self) -> bool:
        asked = (self.environment.get("COMPOSE_COMPATIBILITY") or "").lower()
        return self.request.compatibility or asked in ("1", "t", "true", "y", "yes", "on")

    def _sealed(self, resources: dict[str, dict[str, object]], *, with_all: bool) -> dict[str, object]:
        """The variables that are the content of secrets and configs, one that is not set left out; or all."""
        named = (
            set(self.environment.values)
            if with_all
            else {
                name
                for section in ("secrets", "configs")
                for entry in resources[section].values()
                if (name := getattr(entry, "environment", None)) and name in self.environment.values
            }
        )
        if not named:
            return {}
        from composer.model.secret import Sealed  # noqa: PLC0415  rare

        return {name: Sealed(self.environment.values[name]) for name in sorted(named)}

    def _sealed_of_includes(self, resources: dict[str, dict[str, object]]) -> dict[str, object]:
        """What is not set for the project, but was for the included file that defines a secret or config."""
        told = {
            path: self.shelf.variables[path, name]
            for section in ("secrets", "configs")
            for key, entry in resources[section].items()
            if (name := getattr(entry, "environment", None)) and name not in self.environment.values
            if ((path := f"{section}.{key}"), name) in self.shelf.variables
        }
        if not told:
            return {}
        from composer.model.secret import Sealed  # noqa: PLC0415  rare

        return {path: Sealed(text) for path, text in told.items()}

    def _env_file(self, path: str, asked: Span, kind: str, required: bool) -> SourceText | None:
        return self.shelf.read(path, asked, f"{kind} file", required=required)

    def _environment_files(self) -> tuple[str, ...]:
        from composer.load.paths import absolute  # noqa: PLC0415  rare

        listed = self.request.env_files or self.request.environment.get("COMPOSE_ENV_FILES", "").split(",")
        return tuple(absolute(path, self.request.cwd) for path in listed if path)

    def _failure(self) -> LoadError:
        return LoadError(self._told())

    def _told(self) -> tuple[Diagnostic, ...]:
        """In the order of the files and lines, each with its source line; errors before warnings."""
        order = {source.name: number for number, source in enumerate(self.sources.files)}

        def place(diagnostic: Diagnostic) -> tuple[bool, int, int, int]:
            span = diagnostic.span
            is_warning = diagnostic.severity is Severity.WARNING
            if span is None:
                return is_warning, -1, 0, 0
            return is_warning, order.get(span.file, len(order)), span.line, span.column

        return tuple(self.sources.texts.filled(one) for one in sorted(self.found.items, key=place))
