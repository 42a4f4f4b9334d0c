"""One module a verb: its flags, turned into a request. The work is done elsewhere.

These modules, alone in the package, do without `from __future__ import annotations`: Typer reads every annotation
of a command, twice, and compiles those that are text. That would take a tenth of a short command's time.
"""
