"""`build` and `develop` of a service."""

from __future__ import annotations

from composer.load.format.values import (
    BOOLEAN,
    BYTES,
    ENVIRONMENT,
    HOOK,
    HOSTS,
    LABELS,
    NAMES,
    ONE_OR_TEXTS,
    TEXT,
    TEXT_OR_BOOLEAN,
    TEXTS,
    ULIMITS,
    file_mount,
)
from composer.load.shape import Kind, Shape, record, sequence
from composer.load.short_forms import key_values, ssh_keys, under

BUILD = record(
    {
        "context": TEXT,
        "dockerfile": TEXT,
        "dockerfile_inline": TEXT,
        "entitlements": TEXTS,
        "args": ENVIRONMENT,
        "provenance": TEXT_OR_BOOLEAN,
        "sbom": TEXT_OR_BOOLEAN,
        "ssh": Shape(Kind.OPTIONS, expand=ssh_keys),
        "labels": LABELS,
        "cache_from": TEXTS,
        "cache_to": TEXTS,
        "no_cache": BOOLEAN,
        "additional_contexts": Shape(Kind.OPTIONS, expand=key_values, unset=""),
        "pull": BOOLEAN,
        "extra_hosts": HOSTS,
        "isolation": TEXT,
        "network": TEXT,
        "target": TEXT,
        "secrets": file_mount("secret:ServiceSecret", None),
        "shm_size": BYTES,
        "tags": NAMES,
        "ulimits": ULIMITS,
        "platforms": TEXTS,
        "privileged": BOOLEAN,
    },
    model="build:Build",
    expand=under("context"),
)

WATCH = record(
    {
        "path": TEXT,
        "action": TEXT,
        "target": TEXT,
        "exec": HOOK,
        "include": ONE_OR_TEXTS,
        "ignore": ONE_OR_TEXTS,
        "initial_sync": Shape(Kind.STRICT_BOOLEAN),
    },
    model="develop:Watch",
    required=("path", "action"),
)

DEVELOP = record({"watch": sequence(WATCH)}, model="develop:Develop", nullable=True)
