"""`composer config`, also called `convert`."""

from typing import Annotated

import click
import typer

from composer.cli.options import AllowEnv, Services, StrictEnv, with_strict_env

app = typer.Typer(add_completion=False, rich_markup_mode=None)

REPORTS = ("text", "json", "sarif", "github")


def _flag(name: str, text: str) -> typer.models.OptionInfo:
    return typer.Option(name, help=text)  # type: ignore[no-any-return]


@app.command()
def config(
    ctx: typer.Context,
    services: Services = None,
    *,
    form: Annotated[str, typer.Option("--format", metavar="yaml|json", help="Output form.")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only validate, print nothing.")] = False,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Write to a file instead.")] = "",
    list_services: Annotated[bool, _flag("--services", "Print the service names, dependencies first.")] = False,
    volumes: Annotated[bool, _flag("--volumes", "Print the volume names.")] = False,
    networks: Annotated[bool, _flag("--networks", "Print the network names.")] = False,
    models: Annotated[bool, _flag("--models", "Print the model names.")] = False,
    profiles: Annotated[bool, _flag("--profiles", "Print the profile names.")] = False,
    images: Annotated[bool, _flag("--images", "Print the image of each service.")] = False,
    variables: Annotated[bool, _flag("--variables", "Print the variables that the files use.")] = False,
    environment: Annotated[bool, _flag("--environment", "Print the values that variables are taken from.")] = False,
    hashes: Annotated[
        str, typer.Option("--hash", metavar="SERVICE,…", help="Print config hashes; * for all services.")
    ] = "",
    no_interpolate: Annotated[bool, _flag("--no-interpolate", "Leave variables in place.")] = False,
    no_normalize: Annotated[bool, _flag("--no-normalize", "Leave out what is implied.")] = False,
    no_path_resolution: Annotated[bool, _flag("--no-path-resolution", "Leave paths relative.")] = False,
    no_consistency: Annotated[bool, _flag("--no-consistency", "Do not check services against each other.")] = False,
    no_env_resolution: Annotated[bool, _flag("--no-env-resolution", "Leave env_file and label_file unread.")] = False,
    resolve_image_digests: Annotated[bool, _flag("--resolve-image-digests", "Pin image tags to digests.")] = False,
    lock_image_digests: Annotated[
        bool, _flag("--lock-image-digests", "Print an override file that pins images.")
    ] = False,
    diagnostics: Annotated[
        str | None,
        typer.Option(
            "--diagnostics", help="Print every error and warning, nothing else.", click_type=click.Choice(REPORTS)
        ),
    ] = None,
    explain: Annotated[
        str, typer.Option("--explain", metavar="PATH", help="Say where a value comes from (services.web.image).")
    ] = "",
    strict_env: StrictEnv = False,
    allow_env: AllowEnv = None,
) -> int:
    """Print the project as Composer understands it, or one aspect of it.

    Example: composer config --explain services.web.image
    """
    from composer.cli.configuration import ConfigRequest, run_config  # noqa: PLC0415 - after the flags are known good

    listings = {
        "services": list_services,
        "volumes": volumes,
        "networks": networks,
        "models": models,
        "hash": bool(hashes),
        "profiles": profiles,
        "images": images,
        "variables": variables,
        "environment": environment,
    }
    stages = {
        "interpolation": no_interpolate,
        "normalise": no_normalize,
        "paths": no_path_resolution,
        "consistency": no_consistency,
        "env_files": no_env_resolution,
    }
    return run_config(
        with_strict_env(ctx.obj, strict_env=strict_env, allow_env=allow_env),
        ConfigRequest(
            services=tuple(services or ()),
            form=form,
            quiet=quiet,
            output=output,
            listing=next((name for name, asked in listings.items() if asked), ""),
            hashes=() if hashes in ("", "*") else tuple(hashes.split(",")),
            skip=frozenset(stage for stage, left_out in stages.items() if left_out),
            pin="lock" if lock_image_digests else "resolve" if resolve_image_digests else "",
            diagnostics=diagnostics or "",
            explain=explain,
        ),
    )
