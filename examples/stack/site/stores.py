"""The guest book's two stores: entries in PostgreSQL, the number of visits in Redis."""

from __future__ import annotations

import os

import psycopg2
import redis


def entries() -> list[tuple[str, str]]:
    """Author and words, oldest first. The connection's address comes from the PG… variables."""
    with psycopg2.connect("") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT author, words FROM entry ORDER BY id")
        return cursor.fetchall()


def visits(*, count: bool) -> int:
    """How often the page was fetched; `count` adds this visit."""
    store = redis.Redis(host=os.environ["REDIS_HOST"])
    return int(store.incr("visits") if count else store.get("visits") or 0)
