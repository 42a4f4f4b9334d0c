"""The process: `composer …` and `python -m composer`.

Owns the fast path for `version` (no other module is loaded for it), the translation of expected
errors to text and exit status, and the end of the process. Nothing else calls `sys.exit`.
"""

from __future__ import annotations

import io
import sys

from composer import __version__
from composer.cli import VERSION_TEXT

# What scripts ask most often for the version, word by word; anything else takes the ordinary way.
_VERSION_CALLS: dict[tuple[str, ...], str] = {
    ("version",): VERSION_TEXT,
    ("--version",): VERSION_TEXT,
    ("-v",): VERSION_TEXT,
    ("version", "--short"): __version__,
}
INTERRUPTED = 130  # as of every command that Ctrl-C ends
_OUTPUT_LOST = (5, 27, 28, 122)  # EIO, EFBIG, ENOSPC, EDQUOT


def console() -> None:
    """Console script: runs the command line and ends the process with its status.

    What is left to do is done, but the interpreter is not taken apart module by module: the kernel does that
    in no time, Python in a tenth of a short command's time.
    """
    _prepare_streams()
    try:
        main()
        status: object = 0
    except SystemExit as end:
        status = end.code or 0
    except KeyboardInterrupt:  # before anybody minds signals: there is nothing to be put in order yet
        status = INTERRUPTED
    except OSError as error:
        if error.errno not in _OUTPUT_LOST or error.filename is not None:
            raise
        status = _tell_lost_output(error)
    if not isinstance(status, int):
        sys.exit(str(status))
    import atexit  # noqa: PLC0415 - not needed before
    import os  # noqa: PLC0415

    atexit._run_exitfuncs()  # noqa: SLF001 - what `sys.exit` would lead to, and nothing more
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # the reader left: no error of ours
        pass
    except OSError as error:
        status = status or _tell_lost_output(error)
    os._exit(status)


def _prepare_streams() -> None:
    """Text is UTF-8 whatever the locale says, as docker's is, and what is none keeps the bytes that it has. A stream
    that the caller has closed leads nowhere; else the next file that is opened would take its place."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        import os  # noqa: PLC0415 - rare

        while (opened := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(opened)
        sys.stdin, sys.stdout, sys.stderr = (
            stream or os.fdopen(descriptor, mode, encoding="utf-8")
            for descriptor, mode, stream in ((0, "r", sys.stdin), (1, "w", sys.stdout), (2, "w", sys.stderr))
        )
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                encoding="utf-8", errors="backslashreplace" if stream is sys.stderr else "surrogateescape"
            )


def _tell_lost_output(error: OSError) -> int:
    """A standard stream leads to a full disk: there is nothing to do but say so, if that can be said."""
    import os  # noqa: PLC0415 - rare

    os.write(2, f"error: the output could not be written: {error.strerror}\n".encode())
    return 1


def main() -> None:
    """Runs the command line of this process; raises SystemExit with its status."""
    arguments = sys.argv[1:]
    known = _VERSION_CALLS.get(tuple(arguments))
    if known is not None:
        sys.stdout.write(known + "\n")
        return
    if arguments[:1] == ["__complete"]:
        from composer.cli.complete import run as complete  # noqa: PLC0415 - asked with every Tab

        complete(arguments[1:])
        return
    import gc  # noqa: PLC0415 - not needed for the fast path

    gc.disable()  # start-up makes many lasting objects and no garbage: collecting them costs a tenth of it
    from composer.cli.app import run  # noqa: PLC0415 - the fast path above must not pay for it

    sys.exit(run(arguments))


if __name__ == "__main__":
    console()
