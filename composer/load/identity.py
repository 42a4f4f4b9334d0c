"""What a project is called, without loading it: for verbs that only look.

Reads the files and their `name:`; nothing is merged, bound or checked. Must not know: the model.
"""

from __future__ import annotations

from composer.diagnostics import Diagnostic, Severity
from composer.errors import LoadError
from composer.load.names import declared_name, project_name
from composer.load.node import Node
from composer.load.request import LoadRequest
from composer.load.source import Sources, read
from composer.load.yaml_tree import parse_documents


def find_project_name(request: LoadRequest) -> str:
    """Raises LoadError if a file cannot be read or parsed, or gives no valid name."""
    sources = read(request)
    documents: list[Node] = []
    problems: list[Diagnostic] = []
    for source in sources.files:
        found, troubles = parse_documents(source.text, source.name)
        documents += found
        problems += troubles
    name, more = name_project(request, sources, documents)
    errors = [problem for problem in (*problems, *more) if problem.severity is Severity.ERROR]
    if errors:
        raise LoadError(errors)
    return name


def name_project(request: LoadRequest, sources: Sources, documents: list[Node]) -> tuple[str, list[Diagnostic]]:
    """The name by `-p`, `COMPOSE_PROJECT_NAME`, the last `name:` or the folder; "" together with an error."""
    declared, problems = declared_name(documents, sources.environment, sources.texts)
    directory = sources.named_after.rpartition("/")[2]
    name, more = project_name(request.project_name, sources.environment, declared, directory, linked=sources.linked)
    return name, [*problems, *more]
