"""The command line: flags in, typed requests out, views chosen; decides nothing.

`app` is the lazy command group, `options` the shared flags, `context` turns them into requests, views
and exit codes, `commands/<verb>.py` is one verb each. Must not import the engine layer or docker.
"""

from __future__ import annotations

from composer import __version__

VERSION_TEXT = f"Composer version {__version__}"
