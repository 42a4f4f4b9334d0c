"""What may come next on the command line: for the shells' completion scripts, which ask with every Tab.

Fast before complete: service names never load the command's flags, and nothing is checked. Trouble gives no
candidates and no message. Must not know: the shells (`completion`), how files or the engine are read (`api`).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.load.request import Outline

# Global flags that take a value; a test compares them with the parser's.
VALUED = {
    "-f": "file",
    "--file": "file",
    "-p": "project",
    "--project-name": "project",
    "--profile": "profile",
    "--env-file": "file",
    "--project-directory": "file",
    "--workdir": "file",
    "--progress": "progress",
    "--ansi": "ansi",
    "--parallel": "",
    "-H": "",
    "--host": "",
    "--context": "context",
    "--exit-codes": "exit-codes",
}
# What the positional arguments are, where they are not services.
NO_SERVICES = frozenset({"ls", "version", "volumes", "completion"})
ONE_SERVICE = frozenset({"attach", "commit", "exec", "export", "port", "run"})
FROM_FILE_ONLY = frozenset({"build", "config", "create", "pull", "push", "run", "up", "watch"})

Candidates = dict[str, str]  # word → what it is, "" for nothing to say


@value(kw_only=True)
class Line:
    """The words so far: global flags, the verb ("" for none yet), what follows it. The last word is incomplete."""

    files: tuple[str, ...] = ()
    project: str = ""
    verb: str = ""
    rest: tuple[str, ...] = ()
    pending: str = ""  # a global flag whose value is being typed


def run(words: Sequence[str]) -> None:
    """Prints the candidates for the last of `words`, one a line, each with a tab before its description."""
    try:
        found = candidates(_joined(words or [""]))
    except Exception:  # noqa: BLE001 - whatever is wrong, a Tab must not say so
        return
    sys.stdout.write("".join(f"{word}\t{told}\n" if told else f"{word}\n" for word, told in found.items()))


def candidates(words: Sequence[str]) -> Candidates:
    """Those that begin as the last word does."""
    line = parse(words)
    current = words[-1]
    found = _possible(line, current)
    return {word: told for word, told in found.items() if word.startswith(current)}


def parse(words: Sequence[str]) -> Line:
    """The last word is the one that is being typed."""
    files: list[str] = []
    project = pending = ""
    for place, word in enumerate(words[:-1]):
        if pending or word.startswith("-"):
            flag, sign, given = (pending, "=", word) if pending else word.partition("=")
            pending = "" if sign or flag not in VALUED else flag
            if sign and flag in ("-f", "--file"):
                files.append(given)
            elif sign and VALUED.get(flag) == "project":
                project = given
        else:
            return Line(files=tuple(files), project=project, verb=word, rest=tuple(words[place + 1 :]))
    return Line(files=tuple(files), project=project, pending=pending)


def _possible(line: Line, current: str) -> Candidates:
    if line.pending:
        return _global_values(line, VALUED[line.pending])
    if not line.verb:
        return _flags("") if current.startswith("-") else _verbs()
    if current.startswith("-"):
        return _flags(line.verb)
    previous = line.rest[-2] if len(line.rest) > 1 else ""
    if previous.startswith("-"):
        values = _flag_values(line, previous)
        if values is not None:
            return values
    return _arguments(line)


def _verbs() -> Candidates:
    from composer.cli.app import VERBS  # noqa: PLC0415 - it loads the parser

    return dict(sorted(VERBS.items()))


def _arguments(line: Line) -> Candidates:
    if line.verb == "completion":
        return dict.fromkeys(("bash", "zsh", "fish"), "")
    earlier = [word for word in line.rest[:-1] if not word.startswith("-")]
    if line.verb in NO_SERVICES or (line.verb in ONE_SERVICE and earlier):
        return {}
    ending = {"scale": "=", "cp": ":"}.get(line.verb, "")
    return {f"{name}{ending}": "" for name in _services(line) if name not in earlier}


def _services(line: Line) -> list[str]:
    known = _outline(line)
    names = dict.fromkeys(known.services)
    if line.verb not in FROM_FILE_ONLY:
        from composer.glance import services_seen  # noqa: PLC0415

        names.update(dict.fromkeys(services_seen(os.environ, known.name)))
    return sorted(names)


def _outline(line: Line) -> Outline:
    from composer.glance import outline  # noqa: PLC0415
    from composer.load.request import LoadRequest  # noqa: PLC0415

    cwd = os.getcwd()  # noqa: PTH109 - links stay
    return outline(LoadRequest(cwd=cwd, environment=os.environ, files=line.files, project_name=line.project))


def _global_values(line: Line, kind: str) -> Candidates:
    match kind:
        case "profile":
            return dict.fromkeys(_outline(line).profiles, "")
        case "project":
            from composer.glance import projects_seen  # noqa: PLC0415

            return dict.fromkeys(projects_seen(os.environ), "")
        case "context":
            from composer.glance import contexts  # noqa: PLC0415

            return dict.fromkeys(contexts(os.environ), "")
        case "progress" | "ansi" | "exit-codes":
            return _choices("", f"--{kind}") or {}
        case _:
            return {}


def _flag_values(line: Line, flag: str) -> Candidates | None:
    """None: the flag takes no value, so an argument comes next."""
    parameter = _parameters(line.verb).get(flag)
    if parameter is None or parameter.is_flag:
        return None
    metavar = parameter.metavar or ""
    if metavar.startswith("SERVICE"):
        ending = "=" if "=" in metavar else ""
        return {f"{name}{ending}": "" for name in _outline(line).services}
    return _choices(line.verb, flag) or {}


def _choices(verb: str, flag: str) -> Candidates:
    parameter = _parameters(verb).get(flag)
    return dict.fromkeys(getattr(parameter.type, "choices", ()), "") if parameter is not None else {}


def _flags(verb: str) -> Candidates:
    return {
        name: (parameter.help or "").partition(".")[0]
        for name, parameter in _parameters(verb).items()
        if name.startswith("--") and not parameter.hidden
    } | {"--help": "Show the help"}


def _parameters(verb: str) -> dict[str, TyperOption]:
    """By every way of writing the flag. `verb` "": the global ones."""
    import click  # noqa: PLC0415 - only for flags
    from typer.core import TyperOption as Option  # noqa: PLC0415
    from typer.main import get_command  # noqa: PLC0415

    from composer.cli.app import LazyGroup, app  # noqa: PLC0415

    group = get_command(app)
    context = click.Context(group)
    command = group.get_command(context, verb) if verb and isinstance(group, LazyGroup) else group
    options = (one for one in (command.params if command else ()) if isinstance(one, Option))
    return {name: option for option in options for name in (*option.opts, *option.secondary_opts)}


def _joined(words: Sequence[str]) -> list[str]:
    """Bash takes `--flag=value` apart at its `=`: the value follows its flag here, as if there had been a blank."""
    found = [word for place, word in enumerate(words) if word != "=" or place == len(words) - 1]
    return [*found[:-1], ""] if found[-1] == "=" else found


if TYPE_CHECKING:
    from typer.core import TyperOption
