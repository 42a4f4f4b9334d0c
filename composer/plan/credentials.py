"""What looks like a credential, by its name or by its text, so that it is neither stored nor shown.

A guess on the safe side: better a harmless value hidden than a password shown. Pure. Must not know: where the
values stand.
"""

from __future__ import annotations

import re

# One of these anywhere in a name, or one of those as a word of it (`AWS_ACCESS_KEY_ID`, `signingKey`).
_PARTS = ("password", "passwd", "passphrase", "secret", "token", "credential", "apikey", "privatekey", "pgpass")
_NAMES = frozenset(
    ("pass", "pwd", "pw", "key", "keys", "auth", "authorization", "bearer", "cookie", "cookies", "creds", "dsn",
     "jwt", "private", "salt", "signature", "cert", "certificate", "pem", "webhook", "otp", "pin", "license")
)  # fmt: skip
_WORD = r"[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])"

_TEXTS = (
    r"(?i)[a-z][a-z0-9+.-]*://[^/\s@]*:[^/\s@]+@"  # an address with a password
    r"|-----BEGIN |\beyJ[\w-]{10,}\.eyJ"  # a key or certificate, a signed token
    r"|(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|api[-_]?key|access[-_]?key|private[-_]?key|requirepass"
    r"|authorization|bearer)[\"']?(?:\s*[=:]\s*|\s+)[\"']?[^\s\"'-]"  # `--password x`, `token=x`
)


def is_credential_name(name: str) -> bool:
    """Does a variable, option or label of this name most likely hold a credential?

    >>> [is_credential_name(name) for name in ("DB_PASSWORD", "apiKey", "LOG_LEVEL", "MONKEY")]
    [True, True, False, False]
    """
    plain = name.lower().replace("_", "").replace("-", "")
    if any(part in plain for part in _PARTS):
        return True
    return any(word.lower() in _NAMES for word in re.findall(_WORD, name))


def shows_credential(text: str) -> bool:
    """Does a text hold a credential in a form that can be seen?

    >>> [shows_credential(text) for text in ("postgres://me:word@db/shop", "redis-server --requirepass x", "info")]
    [True, True, False]
    """
    return re.search(_TEXTS, text) is not None
