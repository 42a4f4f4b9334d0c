"""`composer port`."""

from typing import Annotated

import click
import typer

from composer.errors import UsageError

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def port(
    ctx: typer.Context,
    service: Annotated[str, typer.Argument(metavar="SERVICE", hidden=True)],
    private_port: Annotated[str, typer.Argument(metavar="PRIVATE_PORT", hidden=True)],
    *,
    protocol: Annotated[
        str,
        typer.Option(
            "--protocol",
            help="Of the port.",
            click_type=click.Choice(["tcp", "udp", "sctp"], case_sensitive=False),
        ),
    ] = "tcp",
    index: Annotated[int, typer.Option("--index", metavar="N", help="The replica of this number.")] = 0,
) -> int:
    """Print the address on the host that leads to a container's port.

    Example: composer port web 8080
    """
    from composer.cli.reading import PortRequest, run_port  # noqa: PLC0415 - after the flags are known good

    number = int(private_port) if private_port.isdecimal() else -1
    if not 0 <= number < 1 << 16:
        raise UsageError(
            f"'{private_port}' is no port", hint="Give its number in the container: composer port web 8080"
        )
    return run_port(ctx.obj, PortRequest(service=service, port=number, protocol=protocol.lower(), index=index))
