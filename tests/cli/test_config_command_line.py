"""`composer config`: what it prints where, and its exit status."""

from __future__ import annotations

import json

import pytest

from tests.support.command_line import CommandLine

SHOP = """
    services:
      web:
        image: nginx:${TAG:-1}
        depends_on: [db]
        environment: {LOG: "${LOG:-info}", COST: "5$$"}
        volumes: ["data:/data"]
      db: {build: .}
      tool: {image: tool, profiles: [debug]}
    volumes: {data: , unused: }
"""
BROKEN = """
    services:
      web:
        imag: nginx
        depends_on: [dbb]
        environment: {A: "${UNSET}"}
      db: {image: x}
"""


@pytest.fixture
def shop(cli: CommandLine) -> CommandLine:
    cli.write(SHOP)
    return cli


def test_the_project_as_yaml_loads_to_itself(shop: CommandLine) -> None:
    code, text, told = shop.raw("config")
    assert (code, told) == (0, "")
    assert text.startswith("name: shop\nservices:\n  db:\n    build:\n")
    assert "      COST: 5$$\n" in text
    assert "unused" not in text
    assert "tool" not in text
    shop.write(text, "again.yaml")
    assert shop.raw("-f again.yaml config") == (0, text, "")
    assert shop.raw("convert") == (0, text, "")


def test_the_project_as_json(shop: CommandLine) -> None:
    document = json.loads(shop.raw("config --format json db")[1])
    assert document == {
        "name": "shop",
        "networks": {"default": {"name": "shop_default", "ipam": {}}},
        "services": {
            "db": {
                "build": {"context": str(shop.folder), "dockerfile": "Dockerfile"},
                "command": None,
                "entrypoint": None,
                "networks": {"default": None},
            }
        },
    }


@pytest.mark.parametrize(
    ("flags", "lines"),
    [
        ("--services", ["db", "web"]),
        ("--profile '*' config --services", ["db", "tool", "web"]),
        ("--volumes", ["data"]),
        ("--networks", ["default"]),
        ("--images", ["shop-db", "nginx:1"]),
        ("--profiles", ["debug"]),
        ("--models", []),
        ("-q", []),
    ],
)
def test_lists_have_a_line_for_each(shop: CommandLine, flags: str, lines: list[str]) -> None:
    line = flags if " config " in flags else f"config {flags}"
    assert shop.raw(line) == (0, "".join(f"{line}\n" for line in lines), "")


def test_variables_with_their_defaults(shop: CommandLine) -> None:
    shop("config --variables").says("""
        exit 0
        1| NAME                REQUIRED            DEFAULT VALUE       ALTERNATE VALUE
        1| LOG                 false               info
        1| TAG                 false               1
    """)
    told = json.loads(shop.raw("config --variables --format json")[1])
    assert told["TAG"] == {"Name": "TAG", "DefaultValue": "1", "PresenceValue": "", "Required": False}


def test_the_environment_is_the_shell_over_env_files(shop: CommandLine) -> None:
    shop.setenv(LOG="shell")
    shop.write("LOG=file\nTAG=2\n", ".env")
    lines = shop.raw("config --environment")[1].splitlines()
    assert {"LOG=shell", "TAG=2", "COMPOSE_PROJECT_NAME=shop"} <= set(lines)
    assert lines == sorted(lines)


def test_hashes_are_those_of_the_labels(shop: CommandLine) -> None:
    shop.write("services: {a: {image: busybox}, b: {image: busybox, command: x}}")
    shop.raw("up -d")
    labels = {one.service: one.config_hash for one in shop.engine.containers(project="shop")}
    code, text, _ = shop.raw("config --hash '*'")
    assert (code, dict(line.split() for line in text.splitlines())) == (0, labels)
    assert shop.raw("config --hash b")[1] == f"b {labels['b']}\n"
    shop("config --hash nobody").says("""
        exit 1
        2| error: no such service: nobody: not found [CMP-0001]
    """)


def test_output_goes_to_a_file(shop: CommandLine) -> None:
    text = shop.raw("config")[1]
    assert shop.raw("config -o out.yaml") == (0, "", "")
    assert (shop.folder / "out.yaml").read_text() == text
    told = "error: cannot write ..: Is a directory [CMP-0001]\n"
    assert shop.raw("config -o ..") == (1, "", told)


def test_short_forms_whose_variables_stay_are_told_apart_by_their_text(cli: CommandLine) -> None:
    """Braces in braces: the source of a mount is told from its target only once it is known."""
    cli.write("services: {web: {image: x, volumes: ['${V:-/d}:/t', '${A:-${B:-/c}}:/u'], ports: ['${P}:1', '${Q}:2']}}")
    web = json.loads(cli.raw("config --no-interpolate --format json")[1])["services"]["web"]
    assert web["volumes"] == ["${V:-/d}:/t", "${A:-${B:-/c}}:/u"]
    assert web["ports"] == ["${P}:1", "${Q}:2"]


def test_variables_may_be_left_in_place(shop: CommandLine) -> None:
    document = json.loads(shop.raw("config --no-interpolate --format json")[1])
    assert document["services"]["web"]["image"] == "nginx:${TAG:-1}"
    assert document["services"]["web"]["environment"] == {"LOG": "${LOG:-info}", "COST": "5$$"}
    assert "tool" in document["services"]


@pytest.mark.parametrize(
    ("flag", "missing", "there"),
    [
        ("--no-normalize", "shop_data", "source: data"),
        ("--no-path-resolution", "context: /", "context: ."),
        ("--no-env-resolution", "FROM: file", "env_file:"),
    ],
)
def test_stages_may_be_left_out(shop: CommandLine, flag: str, missing: str, there: str) -> None:
    shop.write(SHOP.replace("{build: .}", "{build: ., env_file: db.env}"))
    shop.write("FROM=file\n", "db.env")
    text, less = shop.raw("config")[1], shop.raw(f"config {flag}")[1]
    assert missing in text
    assert missing not in less
    assert there in less


def test_inconsistent_projects_can_be_looked_at(shop: CommandLine) -> None:
    shop.write("services: {a: {image: x, network_mode: host, networks: [n]}}\nnetworks: {n: }")
    assert shop.raw("config -q")[0] == 1
    assert shop.raw("config -q --no-consistency")[0] == 0


def test_every_problem_is_on_stdout_when_asked_for(cli: CommandLine) -> None:
    cli.write(BROKEN)
    cli("config --diagnostics github").says("""
        exit 1
        1| ::error file=compose.yaml,line=3,col=5,title=CMP-1101::services.web.imag: unknown key 'imag'%0Ahint: did you mean 'image'?
        1| ::error file=compose.yaml,line=4,col=18,title=CMP-1110::services.web.depends_on.dbb: service 'web' depends on undefined service 'dbb'%0Ahint: did you mean 'db'?
        1| ::warning file=compose.yaml,line=5,col=23,title=CMP-1022::services.web.environment.A: The "UNSET" variable is not set. Defaulting to a blank string.%0Ahint: set it, or give a default: ${UNSET:-…}
    """)  # fmt: skip
    code, text, told = cli.raw("config --diagnostics json")
    assert (code, told) == (1, "")
    assert [one["severity"] for one in json.loads(text)] == ["error", "error", "warning"]


def test_warnings_alone_are_no_failure(cli: CommandLine) -> None:
    cli.write("services: {a: {image: 'x$UNSET'}}")
    code, text, told = cli.raw("config --diagnostics sarif")
    assert (code, told) == (0, "")
    assert [one["level"] for one in json.loads(text)["runs"][0]["results"]] == ["warning"]


def test_strict_env_takes_nothing_from_the_shell_that_is_not_allowed(shop: CommandLine) -> None:
    shop.setenv(HOST_ONLY="1", LOG="shell")
    shop.write("services: {web: {image: 'x:${HOST_ONLY}', user: '${LOG:-none}'}}")
    shop("config --strict-env").says("""
        exit 1
        2| compose.yaml:1:28: error: services.web.image: The "HOST_ONLY" variable is not set. [CMP-1022]
        2|   1 | services: {web: {image: 'x:${HOST_ONLY}', user: '${LOG:-none}'}}
        2|     |                            ^^^^^^^^^^^
        2|   hint: set it, or give a default: ${HOST_ONLY:-…}
    """)
    text = shop.raw("config --strict-env --allow-env HOST_ONLY")[1]
    assert "image: x:1\n" in text
    assert "user: none\n" in text
    assert shop.raw("up -d --strict-env")[0] == 1
    assert shop.changes() == []


def test_a_value_is_explained_as_text_and_as_json(shop: CommandLine) -> None:
    shop.write("LOG=debug\n", ".env")
    shop("config --explain services.web.environment.LOG").says("""
        exit 0
        1| services.web.environment.LOG: debug
        1|   set at compose.yaml:5:24
        1|     5 | environment: {LOG: "${LOG:-info}", COST: "5$$"}
        1|   variables
        1|     LOG = debug  from .env:1
    """)
    assert json.loads(shop.raw("config --explain services.web.environment.LOG --format json")[1]) == {
        "path": "services.web.environment.LOG",
        "value": "debug",
        "set": {"file": "compose.yaml", "line": 5, "column": 24},
        "variables": [{"name": "LOG", "value": "debug", "source": ".env:1"}],
        "overrides": [],
    }
    shop("config --explain services.web.imag").says("""
        exit 1
        2| error: the project has nothing at 'services.web.imag' [CMP-0001]
        2|   hint: did you mean 'image'?
    """)


def test_an_unknown_format_or_service_is_refused(shop: CommandLine) -> None:
    shop("config --format toml").says("""
        exit 1
        2| error: unsupported format "toml" [CMP-0001]
        2|   hint: --format is yaml or json
    """)
    assert shop.raw("config wbe")[0] == 1
