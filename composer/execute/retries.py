"""Which failures of a transfer may be gone a moment later. Pure.

Engines pass on what their registry client says, so words are all there is. What a registry has decided (no such
image, no access, too many requests) is never asked again. Must not know: how often, how long to wait.
"""

from __future__ import annotations

import re

from composer.errors import Conflict, CredentialsError, EngineError, EngineUnreachable, NotFound, RegistrySilent

DECIDED = re.compile(
    r"not found|unknown|denied|unauthorized|forbidden|no basic auth|authentication required|toomanyrequests"
    r"|too many requests|invalid reference|no matching manifest|platform|no space left|does not exist",
    re.IGNORECASE,
)
PASSING = re.compile(
    r"connection reset|broken pipe|\bEOF\b|i/o timeout|timeout awaiting|handshake timeout|Client\.Timeout"
    r"|deadline exceeded|server closed|use of closed network connection|http2: "
    r"|HTTP (?:status(?: code)?:? )?5\d\d\b"
    r"|\b5\d\d (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)",
)


def is_worth_retrying(error: EngineError, *, has_begun: bool) -> bool:
    """`has_begun`: the registry had answered before. One that is silent from the start stays so."""
    if isinstance(error, RegistrySilent):
        return has_begun
    if isinstance(error, NotFound | Conflict | EngineUnreachable | CredentialsError):
        return False
    return not DECIDED.search(error.message) and PASSING.search(error.message) is not None
