r"""Go's template language, as far as `--format` of the docker command line uses it. Pure: values in, text out.

    Template.parse("{{.Name}}\t{{upper .State}}").render(Struct({"Name": "web-1", "State": "running"}))

Fields and methods, variables, pipes, `if`/`with`/`range` with `else`, comments, trim marks, the functions of Go and
those that the docker command line adds. Named templates are refused by name. A mistake is a `TemplateError` that says
where it is. Own code, since what there is for Python are bindings to a compiled Go library.
Must not know: what is listed, tables, the terminal.
"""

from __future__ import annotations

from composer.views.gotemplate.evaluate import Template
from composer.views.gotemplate.problem import TemplateError
from composer.views.gotemplate.texts import Struct

__all__ = ["Struct", "Template", "TemplateError"]
