"""Where the set-up keeps its things: the checkout, the cache, the virtual environment."""

from __future__ import annotations

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
VENV = CHECKOUT / ".venv"


def cache() -> Path:
    """The folder for downloads, images and engine data; it may be deleted when no engine of ours runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "composer-tests"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
