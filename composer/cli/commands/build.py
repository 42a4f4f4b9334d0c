"""`composer build`: flags → `BuildOptions`; the work is `cli.building`'s."""

from typing import Annotated

import typer

from composer.cli.options import DryRun, Services

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def build(
    ctx: typer.Context,
    services: Services = None,
    *,
    build_arg: Annotated[
        list[str] | None,
        typer.Option("--build-arg", metavar="NAME[=VALUE]", help="Argument of every build; repeatable."),
    ] = None,
    builder: Annotated[
        str, typer.Option("--builder", metavar="NAME", help="Build with this builder of docker buildx.")
    ] = "",
    check: Annotated[bool, typer.Option("--check", help="Only check the Dockerfiles, by docker buildx.")] = False,
    memory: Annotated[
        str, typer.Option("--memory", "-m", metavar="BYTES", help="Limit of each step, by the classic builder.")
    ] = "",
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Run every step anew.")] = False,
    print_: Annotated[bool, typer.Option("--print", help="Print the equivalent file for docker buildx bake.")] = False,
    provenance: Annotated[str, typer.Option("--provenance", help="Add a provenance attestation.")] = "",
    pull: Annotated[bool, typer.Option("--pull", help="Get base images anew from their registries.")] = False,
    push: Annotated[bool, typer.Option("--push", help="Push the images of services that name one.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing unless a build fails.")] = False,
    sbom: Annotated[str, typer.Option("--sbom", help="Add a software bill of materials.")] = "",
    ssh: Annotated[
        str | None, typer.Option("--ssh", metavar="default|ID=PATH", help="SSH agent or key for every build.")
    ] = None,
    with_dependencies: Annotated[
        bool, typer.Option("--with-dependencies", help="Build what the services depend on, too.")
    ] = False,
    dry_run: DryRun = False,
) -> int:
    """Build or rebuild the images of services.

    Example: composer build --pull --build-arg VERSION=1.2 web
    """
    from composer.cli.building import BuildRequest, run_build  # noqa: PLC0415 - after the flags are known good

    request = BuildRequest(
        services=tuple(services or ()),
        arguments=tuple(build_arg or ()),
        builder=builder,
        check=check,
        memory=memory,
        no_cache=no_cache,
        prints=print_,
        provenance=provenance,
        pull=pull,
        push=push,
        quiet=quiet,
        sbom=sbom,
        ssh="default" if ssh == "" else ssh or "",
        with_dependencies=with_dependencies,
    )
    return run_build(ctx.obj, request, dry_run=dry_run)
