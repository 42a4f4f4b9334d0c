"""The client's logins as the text of a docker configuration file, for a container that acts for the user.

Pure. Must not know: where logins are found, who reads the file.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from composer.model.secret import Sealed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.engine.credentials import Login


def configuration(logins: Iterable[Login]) -> Sealed:
    """`config.json` with nothing but `auths`: helpers are not at hand where it is read."""
    auths = {login.server: _auth(login) for login in logins}
    return Sealed(json.dumps({"auths": auths}, indent="\t"))


def _auth(login: Login) -> dict[str, str]:
    auth: dict[str, str] = {}
    if login.user or login.secret.reveal():
        auth["auth"] = base64.b64encode(f"{login.user}:{login.secret.reveal()}".encode()).decode()
    for key, token in (("identitytoken", login.identity_token), ("registrytoken", login.registry_token)):
        if token.reveal():
            auth[key] = token.reveal()
    return auth
