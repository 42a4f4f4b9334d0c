"""The Compose file format as data: `FILE` is the shape of a whole file.

Source: the Compose Specification, and docker compose 2.40 where the two differ. To add an attribute: one
row here, one field in `composer.model`, one test. Must not know: how any stage works.
"""

from __future__ import annotations

from composer.load.format.resources import CONFIG, MODEL, NETWORK, SECRET, VOLUME
from composer.load.format.service import SERVICE
from composer.load.format.values import ONE_OR_TEXTS, TEXT
from composer.load.shape import mapping, record, sequence
from composer.load.short_forms import included

INCLUDE = record(
    {"path": ONE_OR_TEXTS, "project_directory": TEXT, "env_file": ONE_OR_TEXTS},
    expand=included,
    extensible=False,
)

FILE = record(
    {
        "version": TEXT,
        "name": TEXT,
        "include": sequence(INCLUDE),
        "services": mapping(SERVICE, names=True),
        "networks": mapping(NETWORK, names=True),
        "volumes": mapping(VOLUME, names=True),
        "secrets": mapping(SECRET, names=True),
        "configs": mapping(CONFIG, names=True),
        "models": mapping(MODEL, names=True),
    }
)
