"""The variables of a project: those its files use, and those they can be taken from.

For `config --variables` and `--environment`. Must not know: what the values end up in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.errors import LoadError
from composer.load.findings import Findings
from composer.load.interpolate import VariableUse, variables_of
from composer.load.model import ModelLoader, Shelf
from composer.load.source import read

if TYPE_CHECKING:
    from composer.load.reader import Reader
    from composer.load.request import LoadRequest


def variables_used(request: LoadRequest, reader: Reader | None = None) -> tuple[VariableUse, ...]:
    """Each variable the merged files name, by name. Raises LoadError, NoComposeFile."""
    sources = read(request, reader)
    found = Findings(lenient=True)
    loader = ModelLoader(Shelf(sources.reader, sources.texts, found), sources.environment)
    tree = loader.load(sources.files, sources.working_dir, with_paths=False)
    if found.failed:
        raise LoadError([sources.texts.filled(one) for one in found.items])
    uses = variables_of(tree, sources.texts) if tree is not None else {}
    return tuple(uses[name] for name in sorted(uses))


def variables_given(request: LoadRequest, reader: Reader | None = None) -> dict[str, str]:
    """Shell, then env files: what a variable in the files is replaced with. Raises LoadError, NoComposeFile."""
    return dict(read(request, reader).environment.values)
