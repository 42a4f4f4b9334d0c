r"""`--format` of the verbs that list: what the docker command line understands by it.

`table` and `json` are each verb's own; here are the Go template for every row, the table made by one
(`table {{.Name}}\t{{.State}}`) and `raw`. Pure. Must not know: which rows there are, where fields come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from composer.values import value
from composer.views.gotemplate import Struct, Template
from composer.views.gotemplate.functions import HEADER_FUNCTIONS
from composer.views.tables import table_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

OWN = ("table", "json")  # not templates


@value()
class RowFormat:
    """A template for each row; `is_table`: with a line of headers, and columns where it has tabs."""

    template: Template
    is_table: bool

    @classmethod
    def parse(cls, text: str, *, raw: str = "") -> Self:
        r"""`text` as the user gave it: `\t` and `\n` are a tab and a line end. `raw`: the template that the word `raw`
        stands for. Raises TemplateError."""
        is_table = text.startswith("table ")
        shown = raw if text == "raw" and raw else text.removeprefix("table ").strip() if is_table else text
        return cls(Template.parse(shown.replace("\\t", "\t").replace("\\n", "\n")), is_table)

    def text(self, rows: Iterable[Struct], headers: Mapping[str, str]) -> str:
        """A line for every row. `headers`: field → title of its column; other fields are titled by their own name.

        A table that was asked for column by column is not cut to the terminal's width. Raises TemplateError.
        """
        said = [self.template.render(row) for row in rows]
        if not self.is_table:
            return "".join(line + "\n" for line in said)
        head = self.template.render(Struct(_Titles(headers), {"Label": _label_title}), functions=HEADER_FUNCTIONS)
        table = [line.split("\t") for row in (head, *said) for line in row.split("\n")]
        longest = max(map(len, table))
        first, *further = [[*cells, *[""] * (longest - len(cells))] for cells in table]
        return table_text(first, further)


class _Titles(dict[str, object]):
    """Has every field: one without a title of its own is titled by its name."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return name.upper()


def _label_title(label: str) -> str:
    """`com.docker.compose.container-number` → `container number`, as the docker command line has it."""
    return label.rpartition(".")[2].replace("-", " ").replace("_", " ")


def label_of(labels: Mapping[str, str]) -> Mapping[str, Callable[..., object]]:
    """The methods of a row that has labels: `{{.Label "key"}}`."""
    return {"Label": lambda key: labels.get(str(key), "")}
