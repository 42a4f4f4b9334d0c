"""The variables a project sees, each with the place that set it.

Owns `Environment` and `Variable`. The shell comes first, then env files; a variable that is set is never
replaced by a later layer. Must not know: files, interpolation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from composer.diagnostics import Span
from composer.values import value

SHELL = Span("<environment>", 1, 1)
DERIVED = Span("<composer>", 1, 1)


@value()
class Variable:
    """`span.file` is `<environment>` for the shell, `<composer>` for what Composer itself set."""

    name: str
    value: str
    span: Span


@value()
class Environment:
    """`values` for look-ups; `spans` only for variables that do not come from the shell."""

    values: Mapping[str, str] = field(default_factory=dict)
    spans: Mapping[str, Span] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def span(self, name: str) -> Span:
        return self.spans.get(name, SHELL)

    def variable(self, name: str) -> Variable | None:
        """The variable with its source, None when unset."""
        value = self.values.get(name)
        return None if value is None else Variable(name, value, self.span(name))

    def below(self, variables: Mapping[str, Variable]) -> Environment:
        """A further layer: only variables that are not set yet come in."""
        fresh = {name: variable for name, variable in variables.items() if name not in self.values}
        return self._over(fresh) if fresh else self

    def with_value(self, name: str, value: str, span: Span = DERIVED) -> Environment:
        """One variable set or replaced, such as `COMPOSE_PROJECT_NAME` once the name is known."""
        return self._over({name: Variable(name, value, span)})

    def _over(self, variables: Mapping[str, Variable]) -> Environment:
        return replace(
            self,
            values={**self.values, **{name: variable.value for name, variable in variables.items()}},
            spans={**self.spans, **{name: variable.span for name, variable in variables.items()}},
        )
