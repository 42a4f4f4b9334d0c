"""Programs that provide a service: found, asked which parameters they take, run, and understood.

Owns the protocol: `PROGRAM compose --project-name=P up|down [--key=value…] SERVICE`, which answers with JSON objects
`{"type": info|error|debug|setenv|rawsetenv, "message": …}` on stdout; `PROGRAM compose metadata` says which
parameters there are. A program is a docker plugin (`docker-TYPE`), else one on the PATH. What it says may hold
secrets: variables are sealed. Must not know: when a program is run, who gets the variables.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from composer.engine.programs import find_plugin, run_program
from composer.errors import ProviderError
from composer.model.secret import Sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from composer.engine.programs import Programs
    from composer.plan.actions import RunProvider

_METADATA_SECONDS = 60.0


def run_provider(action: RunProvider, *, tell: Callable[[str], object], running: Programs) -> Mapping[str, Sealed]:
    """Runs the program to its end; answers the variables for those who depend on the service, by full name.

    `tell` gets the first line of each `info`. The program is in `running` while it runs, so that it can be killed.
    Raises ProviderError.
    """
    environment = {name: text.reveal() for name, text in action.environment.items()}
    program = find_program(action.provider.type, environment)
    command = [program, *arguments(action, parameters(program, environment, action.verb))]
    said, status, complaint = run_program(
        command, environment, lambda stream: _listen(action, stream, tell), running=running
    )
    if status != 0:
        word = "create" if action.verb == "up" else "remove"
        message = f"provider {action.provider.type} failed to {word} {action.service}: exit status {status}"
        raise ProviderError(message, hint=complaint)
    return said


def find_program(kind: str, environment: Mapping[str, str]) -> str:
    """The path of the program. Raises ProviderError when there is none."""
    if kind == "compose":
        raise ProviderError('"compose" is no provider', hint="name another program in provider.type")
    if "/" not in kind and (plugin := find_plugin(kind, environment)):
        return plugin
    found = shutil.which(kind, path=environment.get("PATH"))
    if found is None:
        raise ProviderError(
            f'provider "{kind}" is not installed: there is no docker plugin docker-{kind} and no program {kind}',
            hint="install it, or correct provider.type",
        )
    return found


def parameters(program: str, environment: Mapping[str, str], verb: str) -> Mapping[str, bool] | None:
    """Name → required, for each parameter of up or down; None when the program does not say."""
    try:
        done = subprocess.run(
            [program, "compose", "metadata"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=dict(environment),
            timeout=_METADATA_SECONDS,
            check=True,
        )
        found = json.loads(done.stdout)
        if not any(found.get(key) for key in ("description", "up", "down")):
            return None
        entries = (found.get(verb) or {}).get("parameters") or []
        return {str(entry["name"]): bool(entry.get("required")) for entry in entries}
    except (OSError, subprocess.SubprocessError, ValueError, AttributeError, KeyError, TypeError):
        return None


def arguments(action: RunProvider, known: Mapping[str, bool] | None) -> list[str]:
    """The command line behind the program. Options that it does not know are left out, as the reference does.

    Raises ProviderError when a required one is missing.
    """
    options = action.provider.options
    for name, required in (known or {}).items():
        if required and name not in options:
            raise ProviderError(
                f'service "{action.service}": provider {action.provider.type} needs the option "{name}"',
                hint=f"add `{name}:` under provider.options",
            )
    given = [
        f"--{name}={value}"
        for name, values in sorted(options.items())
        if known is None or name in known
        for value in values
    ]
    return ["compose", f"--project-name={action.project}", action.verb, *given, action.service]


def messages(lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """JSON objects, wherever lines break. Raises ProviderError for anything else."""
    decoder = json.JSONDecoder()
    rest = ""
    for line in lines:
        rest = (rest + line).lstrip()
        while rest:
            try:
                found, end = decoder.raw_decode(rest)
            except ValueError:
                break  # perhaps the next line completes it
            if not isinstance(found, dict):
                raise _not_understood(rest)
            yield found
            rest = rest[end:].lstrip()
        if rest and not rest.startswith("{"):
            raise _not_understood(rest)
    if rest:
        raise _not_understood(rest)


def _listen(action: RunProvider, stream: Iterable[str], tell: Callable[[str], object]) -> dict[str, Sealed]:
    said: dict[str, Sealed] = {}
    prefix = f"{action.service.upper()}_"
    for message in messages(stream):
        kind, text = message.get("type"), str(message.get("message") or "")
        match kind:
            case "info":
                tell(text.strip().partition("\n")[0])
            case "error":
                raise ProviderError(f"provider {action.provider.type} cannot provide {action.service}: {text}")
            case "setenv" | "rawsetenv":
                name, equals, value = text.partition("=")
                if not equals:
                    raise ProviderError(f"provider {action.provider.type}: {kind} of a variable without a value")
                said[(prefix if kind == "setenv" else "") + name] = Sealed(value)
            case "debug":
                pass
            case _:
                raise ProviderError(f"provider {action.provider.type} sent a message of unknown type {kind!r}")
    return said


def _not_understood(text: str) -> ProviderError:
    return ProviderError(f"the provider said something that is no message: {text.strip()[:80]!r}")
