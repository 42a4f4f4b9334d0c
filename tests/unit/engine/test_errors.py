"""Every complaint becomes one of our errors, in the engine's words."""

from __future__ import annotations

import errno

import pytest
import requests
from docker.errors import APIError, DockerException, ImageNotFound
from urllib3.exceptions import MaxRetryError, ProtocolError

from composer.engine.connect import Address
from composer.engine.errors import broken, from_sdk, refusal, unreachable, words
from composer.errors import Conflict, EngineError, EngineRefused, EngineUnreachable, NotFound

SOCKET = Address("unix", path="/run/x.sock", origin="DOCKER_HOST")


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, EngineRefused), (403, EngineRefused), (404, NotFound), (409, Conflict), (500, EngineRefused)],
)
def test_the_status_decides_the_kind(status: int, kind: type[EngineError]) -> None:
    error = refusal(status, "no such thing")
    assert (type(error), error.message, error.status) == (kind, "no such thing", status)


def test_a_tag_the_registry_does_not_have_is_not_found_on_old_engines_too() -> None:
    error = refusal(500, "manifest unknown")
    assert (type(error), error.status, error.hint != "") == (NotFound, 500, True)


def test_words_that_say_nothing_are_dropped() -> None:
    error = refusal(400, 'Error response from daemon: exec: "x": executable file not found in $PATH: unknown\n')
    assert error.message == 'exec: "x": executable file not found in $PATH'


@pytest.mark.parametrize(
    "layers",
    [
        "OCI runtime create failed: runc create failed: unable to start container process: ",
        "OCI runtime create failed: container_linux.go:380: starting container process caused: ",
    ],
)
def test_the_layers_below_the_engine_are_no_part_of_the_reason(layers: str) -> None:
    error = refusal(400, f'{layers}exec: "x": executable file not found in $PATH: unknown')
    assert error.message == 'exec: "x": executable file not found in $PATH'
    assert error.hint == "the program is not in the image: check the service's command and entrypoint"


def test_silence_is_told_as_such() -> None:
    assert refusal(502, " ").message == "the engine answered with HTTP status 502 and no explanation"


def test_a_taken_port_is_told_verbatim_with_a_cure() -> None:
    text = (
        "driver failed programming external connectivity on endpoint: Bind for :::80 failed: port is already allocated"
    )
    error = refusal(500, text)
    assert (error.message, error.hint) == (text, "another container publishes this host port: `docker ps` shows which")


@pytest.mark.parametrize(
    ("body", "text"),
    [(b'{"message": "no"}', "no"), (b"bad gateway", "bad gateway"), (b"[]", "[]"), (b"{}", "{}"), (b"\xff", "\ufffd")],
)
def test_the_engines_words_are_found_in_any_answer(body: bytes, text: str) -> None:
    assert words(body) == text


@pytest.mark.parametrize(
    ("number", "cause", "cure"),
    [
        (errno.ENOENT, "No such file or directory", "address in DOCKER_HOST"),
        (errno.ECONNREFUSED, "Connection refused", "address in DOCKER_HOST"),
        (errno.EACCES, "Permission denied", "group docker"),
    ],
)
def test_no_connection_says_where_why_and_what_to_try(number: int, cause: str, cure: str) -> None:
    import os  # noqa: PLC0415

    error = unreachable(SOCKET, OSError(number, os.strerror(number)))
    assert error.message == f"cannot reach the Docker Engine at unix:///run/x.sock (from DOCKER_HOST): {cause}"
    assert cure in error.hint


def test_a_broken_line() -> None:
    assert broken(SOCKET, "x").message == "the connection to the Docker Engine at unix:///run/x.sock broke off: x"


def answer(status: int) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    return response


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (APIError("x", response=answer(409), explanation="is in use"), Conflict, "is in use"),
        (ImageNotFound("x", response=answer(404), explanation="No such image: a"), NotFound, "No such image: a"),
        (APIError("x", response=answer(500), explanation="oh"), EngineRefused, "oh"),
        (DockerException("Credentials store error"), EngineRefused, "Credentials store error"),
        (requests.exceptions.InvalidURL("bad"), EngineRefused, "bad"),
        (requests.exceptions.ReadTimeout("x"), EngineUnreachable, "no answer in time"),
        (
            requests.exceptions.ConnectionError(ProtocolError("Aborted", FileNotFoundError(2, "No such file"))),
            EngineUnreachable,
            "No such file",
        ),
        (
            requests.exceptions.ConnectionError(MaxRetryError(None, "/", ConnectionRefusedError(111, "refused"))),  # type: ignore[arg-type]
            EngineUnreachable,
            "refused",
        ),
        (requests.exceptions.ConnectionError("closed"), EngineUnreachable, "closed"),
        (ProtocolError("cut"), EngineUnreachable, "broke off: cut"),
        (PermissionError(errno.EACCES, "Permission denied"), EngineUnreachable, "Permission denied"),
    ],
)
def test_the_sdks_exceptions(error: Exception, kind: type[EngineError], message: str) -> None:
    found = from_sdk(error, SOCKET)
    assert type(found) is kind
    assert found.message.endswith(message)


def test_a_defect_stays_a_defect() -> None:
    with pytest.raises(ZeroDivisionError):
        from_sdk(ZeroDivisionError(), SOCKET)
