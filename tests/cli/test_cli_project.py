"""Which files make the project, what it is called, which variables and profiles count."""

from __future__ import annotations

import pytest

from tests.support.command_line import CommandLine

WEB = "services: {web: {image: busybox}}"


def plan(cli: CommandLine, flags: str = "", *, stdin: str = "") -> list[str]:
    """The containers that `up` of this project would make."""
    code, out, err = cli.raw(f"{flags} --dry-run up -d", stdin=stdin)
    assert (code, err) == (0, "")
    return sorted(line.split()[3] for line in out.splitlines() if line.startswith("  + create container"))


def test_the_file_is_looked_for_in_the_folders_above(cli: CommandLine) -> None:
    cli.write(WEB)
    below = cli.folder / "a" / "b"
    below.mkdir(parents=True)
    cli.patch.chdir(below)
    assert plan(cli) == ["shop-web-1"]


def test_an_override_file_is_merged(cli: CommandLine) -> None:
    cli.write(WEB)
    cli.write("services: {db: {image: busybox}}", "compose.override.yaml")
    assert plan(cli) == ["shop-db-1", "shop-web-1"]


def test_several_files_are_merged_in_their_order(cli: CommandLine) -> None:
    cli.write("services: {web: {image: busybox, scale: 2}}", "one.yaml")
    cli.write("services: {web: {scale: 1}, db: {image: busybox}}", "two.yaml")
    assert plan(cli, "-f one.yaml -f two.yaml") == ["shop-db-1", "shop-web-1"]
    cli.setenv(COMPOSE_FILE="two.yaml:one.yaml")
    assert plan(cli) == ["shop-db-1", "shop-web-1", "shop-web-2"]


def test_a_file_from_standard_input(cli: CommandLine) -> None:
    assert plan(cli, "-f -", stdin=WEB) == ["shop-web-1"]
    cli.write(WEB, "one.yaml")
    assert plan(cli, "-f one.yaml -f -", stdin="services: {db: {image: busybox}}") == ["shop-db-1", "shop-web-1"]


def test_the_name(cli: CommandLine) -> None:
    cli.write(f"name: written\n{WEB}")
    assert plan(cli) == ["written-web-1"]
    cli.setenv(COMPOSE_PROJECT_NAME="given")
    assert plan(cli) == ["given-web-1"]
    assert plan(cli, "-p asked -f compose.yaml") == ["asked-web-1"]


def test_up_by_name_still_finds_the_file(cli: CommandLine) -> None:
    cli.write(WEB)
    assert plan(cli, "-p asked") == ["asked-web-1"]


def test_profiles(cli: CommandLine) -> None:
    cli.write("services: {web: {image: busybox}, debug: {image: busybox, profiles: [dev]}}")
    assert plan(cli) == ["shop-web-1"]
    assert plan(cli, "--profile dev") == ["shop-debug-1", "shop-web-1"]
    assert plan(cli, "--profile '*'") == ["shop-debug-1", "shop-web-1"]
    cli.setenv(COMPOSE_PROFILES="test,dev")
    assert plan(cli) == ["shop-debug-1", "shop-web-1"]


def test_only_services_of_profiles_that_are_not_active(cli: CommandLine) -> None:
    cli.write("services: {debug: {image: busybox, profiles: [dev]}}")
    cli("up -d").says("""
        exit 1
        2| error: no service selected [CMP-0001]
        2|   hint: The file defines no service, or none of an active profile.
    """)


def test_variables(cli: CommandLine) -> None:
    cli.write('services: {web: {image: "${IMAGE:-nowhere}", container_name: "${NAME:-web}"}}')
    cli.write("IMAGE=busybox\nNAME=from-dotenv\n", ".env")
    assert plan(cli) == ["from-dotenv"]
    cli.write("IMAGE=busybox\nNAME=from-file\n", "other.env")
    assert plan(cli, "--env-file other.env") == ["from-file"]
    cli.setenv(NAME="from-shell")
    assert plan(cli) == ["from-shell"]


def test_an_unset_variable_is_told(cli: CommandLine) -> None:
    cli.write('services: {web: {image: busybox, command: "echo $NOBODY"}}')
    cli("--dry-run up -d").says("""
        exit 0
        1| Dry run: up of shop would do this:
        1|   + create network shop_default  does not exist yet
        1|   + create container shop-web-1  does not exist yet
        1|   ▸ start container shop-web-1
        1| 2 to create, 1 to start. Nothing was changed.
        2| compose.yaml:1:49: warning: services.web.command: The "NOBODY" variable is not set. Defaulting to a blank string. [CMP-1022]
        2|   1 | services: {web: {image: busybox, command: "echo $NOBODY"}}
        2|     |                                                 ^^^^^^^^
        2|   hint: set it, or give a default: ${NOBODY:-…}
    """)


def test_the_project_directory(cli: CommandLine) -> None:
    cli.write("services: {web: {image: busybox, env_file: web.env}}", "files/compose.yaml")
    cli.write("A=1", "base/web.env")
    assert plan(cli, "-f files/compose.yaml --project-directory base") == ["base-web-1"]


@pytest.mark.parametrize("verb", ["up -d", "ps", "logs", "down", "stop", "start", "restart", "kill"])
def test_no_file_anywhere(cli: CommandLine, verb: str) -> None:
    cli(verb).says("""
        exit 1
        2| error: no configuration file provided: not found [CMP-1041]
        2|   hint: searched {folder} and the directories above it for compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml; create compose.yaml, or name one with -f
    """)


def test_up_by_name_alone_needs_a_file(cli: CommandLine) -> None:
    cli("-p shop up -d").says("""
        exit 1
        2| error: no configuration file provided: not found [CMP-1041]
        2|   hint: searched {folder} and the directories above it for compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml; create compose.yaml, or name one with -f
    """)


def test_a_file_that_is_not_there(cli: CommandLine) -> None:
    cli("-f missing.yaml up -d").says("""
        exit 1
        2| error: no such Compose file: missing.yaml [CMP-1041]
    """)
    cli.write(WEB)
    cli("--env-file missing.env up -d").says("""
        exit 1
        2| error: couldn't find env file: {folder}/missing.env [CMP-1045]
    """)
    cli("--project-directory missing up -d").says("""
        exit 0
        2|  Network missing_default  Creating
        2|  Network missing_default  Created
        2|  Container missing-web-1  Creating
        2|  Container missing-web-1  Created
        2|  Container missing-web-1  Starting
        2|  Container missing-web-1  Started
    """)


def test_a_file_that_cannot_be_read(cli: CommandLine) -> None:
    (cli.folder / "compose.yaml").mkdir()
    cli("up -d").says("""
        exit 1
        2| error: cannot read Compose file {folder}/compose.yaml: is a directory [CMP-1042]
        2|   hint: name a file in it
    """)
    (cli.folder / "compose.yaml").rmdir()
    (cli.folder / "compose.yaml").write_bytes(b"services: \xff\xfe")
    cli("up -d").says("""
        exit 1
        2| compose.yaml:1:11: error: invalid UTF-8: byte 0xff [CMP-1001]
        2|   1 | services: ��
        2|     |           ^^
        2|   hint: save the file as UTF-8
    """)
