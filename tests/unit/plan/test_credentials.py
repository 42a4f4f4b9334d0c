"""What counts as a credential: better a harmless value hidden than a password shown."""

from __future__ import annotations

import doctest

import pytest

from composer.plan import credentials
from composer.plan.credentials import is_credential_name, shows_credential

NAMES = """
    DB_PASSWORD PGPASSWORD MYSQL_ROOT_PASSWORD password REDIS_PASS MYSQL_PWD SECRET SECRET_KEY_BASE CLIENT_SECRET
    AWS_ACCESS_KEY_ID API_KEY apiKey api-key STRIPE_SK_KEY GITHUB_TOKEN token SMTP_CREDENTIALS BASIC_AUTH SENTRY_DSN JWT
    splunk-token PASSPHRASE PRIVATE_PEM SIGNING_SALT traefik.http.middlewares.auth.basicauth.users
"""
OTHERS = "LOG LOG_LEVEL MONKEY KEYBOARD COMPASS PATH HOME PORT DATABASE_HOST AUTHOR TZ internal"


@pytest.mark.parametrize("name", NAMES.split())
def test_names_of_credentials(name: str) -> None:
    assert is_credential_name(name)


@pytest.mark.parametrize("name", OTHERS.split())
def test_other_names(name: str) -> None:
    assert not is_credential_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "postgres://user:word@db:5432/shop",
        "amqp://:word@queue",
        "redis-server --requirepass word",
        "serve --password=word --port 80",
        "serve --api-key word",
        "curl -H 'Authorization: Bearer abc'",
        'sh -c "echo token: abc"',
        '{"password": "word"}',
        "-----BEGIN PRIVATE KEY-----\nabc",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
    ],
)
def test_texts_that_show_one(text: str) -> None:
    assert shows_credential(text)


@pytest.mark.parametrize(
    "text",
    [
        "info",
        "sleep 1000",
        "http://localhost:8080/health",
        "postgres://db:5432/shop",
        "/run/secrets/db_password",
        "a:b@c",
        "",
    ],
)
def test_texts_that_show_none(text: str) -> None:
    assert not shows_credential(text)


def test_the_examples() -> None:
    assert doctest.testmod(credentials).failed == 0
