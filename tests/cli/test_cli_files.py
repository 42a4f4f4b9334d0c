"""What is wrong in the files, told with its place and how to put it right; nothing is done."""

from __future__ import annotations

import pytest

from tests.support.command_line import CommandLine


def test_broken_yaml(cli: CommandLine) -> None:
    cli.write("services:\n  web:\n    image: busybox\n   command: x\n")
    cli("up -d").says("""
        exit 1
        2| compose.yaml:4:4: error: invalid YAML: did not find expected key while parsing a block mapping that starts at line 2 [CMP-1001]
        2|   4 |    command: x
        2|     |    ^^^^^^^
        2|   hint: check that this line is indented like its neighbours
    """)


def test_an_unknown_key(cli: CommandLine) -> None:
    cli.write("""
        services:
          web:
            image: busybox
            enviroment:
              A: 1
    """)
    cli("up -d").says("""
        exit 1
        2| compose.yaml:4:5: error: services.web.enviroment: unknown key 'enviroment' [CMP-1101]
        2|   4 |     enviroment:
        2|     |     ^^^^^^^^^^
        2|   hint: did you mean 'environment'?
    """)


def test_several_errors_at_once(cli: CommandLine) -> None:
    cli.write("""
        services:
          web:
            image: busybox
            ports: ["80:99999"]
            depends_on: [dbb]
          db:
            image: [busybox]
            restart: sometimes
    """)
    cli("up -d").says("""
        exit 1
        2| compose.yaml:4:13: error: services.web.ports[0]: invalid container port '99999' in '80:99999' [CMP-1103]
        2|   4 |     ports: ["80:99999"]
        2|     |             ^^^^^^^^^^
        2|   hint: ports look like 8080:80, 127.0.0.1:8080:80/udp or 9000-9005:80-85
        2| compose.yaml:5:18: error: services.web.depends_on.dbb: service 'web' depends on undefined service 'dbb' [CMP-1110]
        2|   5 |     depends_on: [dbb]
        2|     |                  ^^^
        2|   hint: did you mean 'db'?
        2| compose.yaml:7:12: error: services.db.image: 'image' must be a string, not a list [CMP-1102]
        2|   7 |     image: [busybox]
        2|     |            ^^^^^^^^
        2| 3 errors
    """)


def test_a_cycle(cli: CommandLine) -> None:
    cli.write("""
        services:
          a: {image: busybox, depends_on: [b]}
          b: {image: busybox, depends_on: [c]}
          c: {image: busybox, depends_on: [a]}
    """)
    cli("up -d").says("""
        exit 1
        2| compose.yaml:2:36: error: services.a.depends_on.b: dependency cycle detected: a -> b -> c -> a [CMP-1111]
        2|   2 |   a: {image: busybox, depends_on: [b]}
        2|     |                                    ^
        2|   hint: a needs b (compose.yaml:2:36); b needs c (compose.yaml:3:36); c needs a (compose.yaml:4:36)
    """)


def test_an_unknown_dependency(cli: CommandLine) -> None:
    cli.write("""
        services:
          web: {image: busybox, depends_on: [dbb]}
          db: {image: busybox}
    """)
    cli("up -d").says("""
        exit 1
        2| compose.yaml:2:38: error: services.web.depends_on.dbb: service 'web' depends on undefined service 'dbb' [CMP-1110]
        2|   2 |   web: {image: busybox, depends_on: [dbb]}
        2|     |                                      ^^^
        2|   hint: did you mean 'db'?
    """)


def test_an_undeclared_network_and_volume(cli: CommandLine) -> None:
    cli.write("""
        services:
          web: {image: busybox, networks: [back], volumes: ["data:/data"]}
        networks: {bakc: {}}
    """)
    cli("up -d").says("""
        exit 1
        2| compose.yaml:2:36: error: services.web.networks.back: service 'web' refers to undefined network back [CMP-1110]
        2|   2 |   web: {image: busybox, networks: [back], volumes: ["data:/data"]}
        2|     |                                    ^^^^
        2|   hint: did you mean 'bakc'?
        2| compose.yaml:2:53: error: services.web.volumes[0]: service 'web' refers to undefined volume data [CMP-1110]
        2|   2 |   web: {image: busybox, networks: [back], volumes: ["data:/data"]}
        2|     |                                                     ^^^^^^^^^^^^
        2|   hint: declare it under top-level `volumes:`
        2| 2 errors
    """)


def test_a_required_variable(cli: CommandLine) -> None:
    cli.write("""
        services:
          web: {image: "busybox:${TAG:?set TAG to a version}"}
    """)
    cli("up -d").says("""
        exit 1
        2| compose.yaml:2:25: error: error while interpolating services.web.image: required variable TAG is missing a value: set TAG to a version [CMP-1021]
        2|   2 |   web: {image: "busybox:${TAG:?set TAG to a version}"}
        2|     |                         ^^^^^^^^^^
        2|   hint: set TAG in the shell or in .env
    """)


def test_a_missing_env_file(cli: CommandLine) -> None:
    cli.write("services: {web: {image: busybox, env_file: nowhere.env}}")
    cli("up -d").says("""
        exit 1
        2| compose.yaml:1:44: error: env file {folder}/nowhere.env not found [CMP-1113]
        2|   1 | services: {web: {image: busybox, env_file: nowhere.env}}
        2|     |                                            ^^^^^^^^^^^
    """)


def test_no_services(cli: CommandLine) -> None:
    cli.write("services: {}")
    cli("up -d").says("""
        exit 1
        2| error: no service selected [CMP-0001]
        2|   hint: The file defines no service, or none of an active profile.
    """)
    cli.write("")
    cli("up -d").says("""
        exit 1
        2| compose.yaml:1:1: error: empty compose file [CMP-1114]
        2|   hint: it needs at least `services:`
    """)


def test_the_same_for_verbs_that_act_on_what_is_there(cli: CommandLine) -> None:
    cli.write("services: {web: {imgae: busybox}}")
    cli("down").says("""
        exit 1
        2| compose.yaml:1:18: error: services.web.imgae: unknown key 'imgae' [CMP-1101]
        2|   1 | services: {web: {imgae: busybox}}
        2|     |                  ^^^^^
        2|   hint: did you mean 'image'?
    """)


def test_as_json(cli: CommandLine) -> None:
    cli.write("services: {web: {image: busybox, imgae: x}}")
    cli("--progress json up -d").says("""
        exit 1
        2| {"error": true, "message": "unknown key 'imgae'", "code": "CMP-1000", "diagnostics": [{"severity": "error", "code": "CMP-1101", "message": "unknown key 'imgae'", "file": "compose.yaml", "line": 1, "column": 34, "path": "services.web.imgae", "hint": "did you mean 'image'?"}]}
    """)


@pytest.fixture(autouse=True)
def nothing_is_done(cli: CommandLine) -> object:
    yield
    assert cli.engine.calls == []
