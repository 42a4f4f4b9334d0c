"""All logins of the client, for a container that acts for the user."""

from __future__ import annotations

import base64
import json

from composer.engine.credentials import HUB, Credentials, HelperAnswer
from composer.engine.logins import configuration

ANN = base64.b64encode(b"ann:s3cret").decode()
BOB = base64.b64encode(b"bob:x").decode()


def helper(name: str, server: str) -> HelperAnswer:
    if not server:
        return HelperAnswer(0, json.dumps({"stored.example": "bob", "tokens.example": "<token>"}))
    user = "<token>" if server == "tokens.example" else "bob"
    return HelperAnswer(0, json.dumps({"Username": user, "Secret": "x"}))


def text_of(config: dict[str, object]) -> str:
    content = json.dumps(config).encode()
    credentials = Credentials({"DOCKER_CONFIG": "/d"}, read=lambda _path: content, ask=helper)
    return configuration(credentials.logins()).reveal()


def test_logins_of_the_file_the_store_and_the_helpers_are_all_told() -> None:
    told = text_of({"auths": {HUB: {"auth": ANN}, "empty.example": {}}, "credHelpers": {"helped.example": "x"}})
    assert json.loads(told) == {"auths": {HUB: {"auth": ANN}, "helped.example": {"auth": BOB}}}
    told = text_of({"credsStore": "y"})
    assert json.loads(told) == {"auths": {"stored.example": {"auth": BOB}, "tokens.example": {"identitytoken": "x"}}}


def test_without_any_the_file_is_there_and_says_so() -> None:
    assert text_of({}) == '{\n\t"auths": {}\n}'
