"""The exceptions that end a command, each with a stable code and an exit status.

    ComposerError
    ├── UsageError            wrong flags or arguments
    ├── LoadError             the files are not a valid project (carries every diagnostic)
    │   └── NoComposeFile       none was named and none was found
    ├── PlanError             the project cannot be planned (no such service, a refused conflict)
    │   └── NotConfirmed        it would lose data, and nobody has agreed to that
    ├── ProjectBusy           another command is changing the project
    ├── EngineError           the Docker Engine said no
    │   ├── EngineUnreachable   nobody answers at the address
    │   ├── NotFound            404
    │   ├── Conflict            409
    │   ├── EngineRefused       any other refusal, in the engine's words
    │   ├── RegistrySilent      the engine waits for a registry that does not answer
    │   ├── CredentialsError    the login to a registry cannot be had
    │   └── BuildFailed         an image could not be built (carries the step's last output)
    ├── ProviderError         the program of a `provider` service is missing, fails, or does not speak the protocol
    ├── StepFailed            a plan step failed (carries the story)
    ├── WaitTimeout           `--wait-timeout` ran out
    └── Interrupted           Ctrl-C or SIGTERM

Owns the hierarchy only; wording of reports is in `views.diagnostics`. Anything that is not a
`ComposerError` is a defect of Composer and may show a traceback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.diagnostics import Diagnostic


class ComposerError(Exception):
    """Base of every expected failure. `message` says what and where, `hint` what to do next."""

    code: ClassVar[str] = "CMP-0000"
    exit_code: int = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ComposerError):
    code = "CMP-0001"


class LoadError(ComposerError):
    """The files do not make a valid project; `diagnostics` holds all errors and warnings found."""

    code = "CMP-1000"

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics[0].message if self.diagnostics else "the project is not valid")


class NoComposeFile(LoadError):
    """No file was named and none was found: commands that need only a project name can go on."""

    code = "CMP-1040"


class PlanError(ComposerError):
    code = "CMP-2000"

    def __init__(self, message: str, *, hint: str = "", diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message, hint=hint)
        self.diagnostics = tuple(diagnostics)


class NotConfirmed(PlanError):
    code = "CMP-2001"


class ProjectBusy(ComposerError):
    code = "CMP-2409"


class EngineError(ComposerError):
    """The engine's answer. `status` is the HTTP status, 0 when there was none."""

    code = "CMP-3000"

    def __init__(self, message: str, *, hint: str = "", status: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class EngineUnreachable(EngineError):
    code = "CMP-3001"


class NotFound(EngineError):
    code = "CMP-3404"


class Conflict(EngineError):
    code = "CMP-3409"


class EngineRefused(EngineError):
    code = "CMP-3400"


class RegistrySilent(EngineError):
    code = "CMP-3408"


class CredentialsError(EngineError):
    code = "CMP-3402"


class BuildFailed(EngineError):
    """`place`: where in the Dockerfile (`Dockerfile:3`), with that line as `excerpt`; "" when nothing is known of it.
    `output`: the last lines of the step that failed."""

    code = "CMP-3500"

    def __init__(
        self, message: str, *, hint: str = "", place: str = "", excerpt: str = "", output: Sequence[str] = ()
    ) -> None:
        super().__init__(message, hint=hint)
        self.place, self.excerpt = place, excerpt
        self.output = tuple(output)


class ProviderError(ComposerError):
    code = "CMP-3600"


class StepFailed(ComposerError):
    code = "CMP-4000"


class WaitTimeout(ComposerError):
    code = "CMP-4001"


class Interrupted(ComposerError):
    code = "CMP-4002"
    exit_code = 130
