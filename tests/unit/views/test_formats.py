"""`--format`: a line for each row, or a table made by a template."""

from __future__ import annotations

from composer.views.formats import RowFormat, label_of
from composer.views.gotemplate import Struct

TITLES = {"Name": "NAME", "RunningFor": "CREATED"}
ROWS = [
    Struct({"Name": "web-1", "RunningFor": "2 days ago", "Health": ""}, label_of({"com.example.some-key": "x"})),
    Struct({"Name": "a-long-name-1", "RunningFor": "now", "Health": "healthy"}, label_of({})),
]


def shown(text: str, raw: str = "") -> str:
    return RowFormat.parse(text, raw=raw).text(ROWS, TITLES)


def test_a_line_for_each_row() -> None:
    assert shown("{{.Name}}={{.Health}}") == "web-1=\na-long-name-1=healthy\n"


def test_tabs_and_line_ends_may_be_written_as_escapes() -> None:
    assert shown(r"{{.Name}}\t{{.Health}}\n-") == "web-1\t\n-\na-long-name-1\thealthy\n-\n"


def test_a_table_has_the_titles_of_its_columns() -> None:
    assert shown(r"table {{.Name}}\t{{.RunningFor}}") == (
        "NAME            CREATED\n"
        "web-1           2 days ago\n"
        "a-long-name-1   now\n"
    )  # fmt: skip


def test_what_functions_make_of_a_column_leaves_its_title_alone() -> None:
    assert shown(r"table {{.Name | upper}}\t{{json .Health}}") == (
        "NAME            HEALTH\n"
        'WEB-1           ""\n'
        'A-LONG-NAME-1   "healthy"\n'
    )  # fmt: skip


def test_a_label_is_titled_by_the_end_of_its_name() -> None:
    assert shown(r'table {{.Name}}\t{{.Label "com.example.some-key"}}').splitlines()[0] == "NAME            some key"


def test_rows_with_fewer_columns_are_filled_up() -> None:
    assert shown(r"table {{.Name}}{{if .Health}}\t{{.Health}}{{end}}") == (
        "NAME            HEALTH\n"
        "web-1           \n"
        "a-long-name-1   healthy\n"
    )  # fmt: skip


def test_raw_is_the_template_of_the_verb_or_a_word() -> None:
    assert shown("raw", raw="name: {{.Name}}\n") == "name: web-1\n\nname: a-long-name-1\n\n"
    assert shown("raw") == "raw\nraw\n"
