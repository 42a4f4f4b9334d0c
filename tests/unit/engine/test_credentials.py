"""Which login belongs to which registry, and what is said when it cannot be had. No secret is ever shown."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from composer.engine.credentials import HUB, Credentials, HelperAnswer, Login
from composer.errors import CredentialsError
from composer.model.secret import Sealed

HOST = "127.0.0.1:5000"
ANN = base64.b64encode(b"ann:s3cret").decode()


def of(config: object, **more: Any) -> Credentials:
    content = config if isinstance(config, bytes) else json.dumps(config).encode()
    return Credentials({"DOCKER_CONFIG": "/d"}, read=lambda path: content if path == "/d/config.json" else None, **more)


@pytest.mark.parametrize(
    ("entries", "domain", "login"),
    [
        ({HOST: {"auth": ANN}}, HOST, Login(HOST, "ann", Sealed("s3cret"))),
        ({f"http://{HOST}/v1/": {"auth": ANN}}, HOST, Login(HOST, "ann", Sealed("s3cret"))),
        ({f"https://{HOST}": {"auth": ANN}}, HOST, Login(HOST, "ann", Sealed("s3cret"))),
        ({HUB: {"auth": ANN}}, "docker.io", Login(HUB, "ann", Sealed("s3cret"))),
        ({HUB: {"auth": ANN}}, HOST, None),
        ({HOST: {}}, HOST, None),  # as a credential store leaves it
        ({HOST: {"username": "bob", "password": "x"}}, HOST, Login(HOST, "bob", Sealed("x"))),
        ({HOST: {"identitytoken": "t"}}, HOST, Login(HOST, identity_token=Sealed("t"))),
        (
            {HOST: {"auth": ANN, "registrytoken": "r"}},
            HOST,
            Login(HOST, "ann", Sealed("s3cret"), registry_token=Sealed("r")),
        ),
        ({HOST: {"auth": base64.b64encode(b"ann:a:b\0").decode()}}, HOST, Login(HOST, "ann", Sealed("a:b"))),
    ],
)  # fmt: skip
def test_logins_of_the_file(entries: Mapping[str, Any], domain: str, login: Login | None) -> None:
    assert of({"auths": entries}).login(domain) == login


def test_without_a_file_everybody_is_anonymous() -> None:
    assert Credentials({"DOCKER_CONFIG": "/none"}, read=lambda _: None).login(HOST) is None
    assert of({}).login("docker.io") is None


def test_logins_of_the_environment_come_first() -> None:
    file = json.dumps({"auths": {HOST: {"auth": ANN}}, "credsStore": "never"}).encode()
    given = json.dumps({"auths": {HOST: {"identitytoken": "t"}}})
    found = Credentials({"DOCKER_CONFIG": "/d", "DOCKER_AUTH_CONFIG": given}, read=lambda _: file)
    assert found.login(HOST) == Login(HOST, identity_token=Sealed("t"))


def test_the_header_is_what_engines_read() -> None:
    login = Login(HOST, "ann", Sealed("s3cret"))
    told = json.loads(base64.urlsafe_b64decode(login.header))
    assert told == {"username": "ann", "password": "s3cret", "serveraddress": HOST}
    token = json.loads(base64.urlsafe_b64decode(Login(HUB, identity_token=Sealed("t")).header))
    assert token == {"identitytoken": "t", "serveraddress": HUB}


def test_a_login_shows_no_secret() -> None:
    login = Login(HOST, "ann", Sealed("s3cret"), Sealed("t0ken"), Sealed("r0ken"))
    assert not any(secret in f"{login!r} {login}" for secret in ("s3cret", "t0ken", "r0ken"))


class Helper:
    """Answers and remembers what it was asked."""

    def __init__(self, answer: HelperAnswer) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str]] = []

    def __call__(self, helper: str, server: str) -> HelperAnswer:
        self.asked.append((helper, server))
        return self.answer


@pytest.mark.parametrize(
    ("config", "domain", "asked"),
    [
        ({"credsStore": "desktop"}, HOST, ("desktop", HOST)),
        ({"credsStore": "desktop"}, "docker.io", ("desktop", HUB)),
        ({"credsStore": "desktop", "credHelpers": {HOST: "ecr"}}, HOST, ("ecr", HOST)),
        ({"credsStore": "desktop", "credHelpers": {"other": "ecr"}}, HOST, ("desktop", HOST)),
        ({"credHelpers": {HOST: "ecr"}, "auths": {HOST: {"auth": ANN}}}, HOST, ("ecr", HOST)),
    ],
)
def test_helpers_and_stores(config: Mapping[str, Any], domain: str, asked: tuple[str, str]) -> None:
    helper = Helper(HelperAnswer(0, '{"ServerURL": "x", "Username": "bob", "Secret": "y"}'))
    assert of(config, ask=helper).login(domain) == Login(asked[1], "bob", Sealed("y"))
    assert helper.asked == [asked]


def test_a_helper_may_give_a_token() -> None:
    helper = Helper(HelperAnswer(0, '{"Username": "<token>", "Secret": "y"}'))
    assert of({"credsStore": "s"}, ask=helper).login(HOST) == Login(HOST, identity_token=Sealed("y"))


def test_a_helper_that_knows_none() -> None:
    helper = Helper(HelperAnswer(1, "credentials not found in native keychain\n"))
    assert of({"credsStore": "s"}, ask=helper).login(HOST) is None


@pytest.mark.parametrize(
    ("config", "answer", "message"),
    [
        (b"{", None, r"^/d/config.json is not valid JSON: Expecting"),
        (b"[]", None, r"^/d/config.json is not a JSON object$"),
        ({"auths": [1]}, None, r"^auths in /d/config.json is not a JSON object$"),
        ({"auths": {HOST: {"auth": "%%%"}}}, None, rf"^the login to {HOST} in /d/config.json is not valid$"),
        ({"auths": {HOST: {"auth": "bm8="}}}, None, rf"^the login to {HOST} in /d/config.json is not valid$"),
        ({"credsStore": "s"}, HelperAnswer(2, "", "locked"), rf"^docker-credential-s failed for {HOST}: locked$"),
        ({"credsStore": "s"}, HelperAnswer(2, ""), rf"^docker-credential-s failed for {HOST}: exit status 2$"),
        ({"credsStore": "s"}, HelperAnswer(0, "s3cret"), r"^what docker-credential-s said is not valid JSON$"),
        ({"credsStore": "s"}, HelperAnswer(0, "[]"), r"^what docker-credential-s said is not a JSON object$"),
    ],
)
def test_what_cannot_be_read_is_told(config: object, answer: HelperAnswer | None, message: str) -> None:
    credentials = of(config, ask=Helper(answer or HelperAnswer(0, "{}")))
    with pytest.raises(CredentialsError, match=message) as raised:
        credentials.login(HOST)
    assert "s3cret" not in str(raised.value)
    assert raised.value.__cause__ is None


def program(folder: Path, script: str) -> Credentials:
    file = folder / "docker-credential-test"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    (folder / "config.json").write_text(json.dumps({"credsStore": "test"}))
    return Credentials({"DOCKER_CONFIG": str(folder), "PATH": f"{folder}:{os.environ['PATH']}", "NAME": "bob"})


def test_a_helper_is_a_program_that_is_told_the_server(tmp_path: Path) -> None:
    script = """test "$1" = get && printf '{"Username": "%s", "Secret": "of %s"}' "$NAME" "$(cat)" """
    assert program(tmp_path, script).login(HOST) == Login(HOST, "bob", Sealed(f"of {HOST}"))


def test_a_helper_that_fails(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match=rf"^docker-credential-test failed for {HOST}: no key ring$"):
        program(tmp_path, "echo no key ring >&2; exit 3").login(HOST)


def test_a_helper_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("composer.engine.credentials.HELPER_SECONDS", 0.2)
    with pytest.raises(CredentialsError, match=rf"^docker-credential-test gave no answer for {HOST} in 0 s$"):
        program(tmp_path, f"echo $$ > {tmp_path}/pid; sleep 60; true").login(HOST)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_helper_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"credsStore": "gone"}))
    with pytest.raises(CredentialsError, match=r"docker-credential-gone for 127.0.0.1:5000, and it is not on PATH"):
        Credentials({"DOCKER_CONFIG": str(tmp_path), "PATH": "/none"}).login(HOST)
