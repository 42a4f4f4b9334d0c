"""Which Docker contexts there are, by name. Must not know: what is in them (`connect`)."""

from __future__ import annotations

import json
import os
import posixpath
from collections.abc import Mapping

from composer.engine.connect import DEFAULT_CONTEXT, config_folder


def context_names(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Sorted, the default one first. What cannot be read is left out."""
    folder = posixpath.join(config_folder(environment), "contexts", "meta")
    names = set()
    for key in os.listdir(folder) if posixpath.isdir(folder) else ():  # noqa: PTH208 - pathlib is not needed
        try:
            with open(posixpath.join(folder, key, "meta.json"), "rb") as file:  # noqa: PTH123 - the same
                names.add(str(json.load(file)["Name"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return (DEFAULT_CONTEXT, *sorted(names - {DEFAULT_CONTEXT}))
