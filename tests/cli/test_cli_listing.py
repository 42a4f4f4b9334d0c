"""`composer ps` and `composer ls`: answers on stdout, nothing else."""

from __future__ import annotations

import json

import pytest

from composer.engine.fake import Script, exits
from tests.support.command_line import CommandLine

STACK = """
    services:
      db:
        image: busybox
        healthcheck: {test: [CMD, "true"], interval: 1s}
      job:
        image: busybox
        command: ["sh", "-c", "echo a long command that does not fit"]
      web:
        image: busybox
        scale: 2
        expose: ["80"]
      proxy:
        image: busybox
        ports: ["8080:80", "127.0.0.1:9000:90/udp"]
"""


@pytest.fixture
def stack(cli: CommandLine) -> CommandLine:
    cli.write(STACK)
    cli.engine.script("job", exits(3))
    cli.engine.script("db", Script(after=0))
    cli("up -d")
    cli.engine.advance(90)
    return cli


def test_ps(stack: CommandLine) -> None:
    stack("ps").says("""
        exit 0
        1| NAME           IMAGE     COMMAND   SERVICE   CREATED              STATUS                    PORTS
        1| shop-db-1      busybox   "sh"      db        About a minute ago   Up 90 seconds (healthy)
        1| shop-proxy-1   busybox   "sh"      proxy     About a minute ago   Up 90 seconds             0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 127.0.0.1:9000->90/udp
        1| shop-web-1     busybox   "sh"      web       About a minute ago   Up 90 seconds             80/tcp
        1| shop-web-2     busybox   "sh"      web       About a minute ago   Up 90 seconds             80/tcp
    """)
    assert stack.opened == ["reader"]


def test_ps_all(stack: CommandLine) -> None:
    stack("ps -a").says("""
        exit 0
        1| NAME           IMAGE     COMMAND                  SERVICE   CREATED              STATUS                      PORTS
        1| shop-db-1      busybox   "sh"                     db        About a minute ago   Up 90 seconds (healthy)
        1| shop-job-1     busybox   "sh -c 'echo a long …"   job       About a minute ago   Exited (3) 90 seconds ago
        1| shop-proxy-1   busybox   "sh"                     proxy     About a minute ago   Up 90 seconds               0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 127.0.0.1:9000->90/udp
        1| shop-web-1     busybox   "sh"                     web       About a minute ago   Up 90 seconds               80/tcp
        1| shop-web-2     busybox   "sh"                     web       About a minute ago   Up 90 seconds               80/tcp
    """)


def test_ps_of_some_services(stack: CommandLine) -> None:
    stack("ps web job").says("""
        exit 0
        1| NAME         IMAGE     COMMAND   SERVICE   CREATED              STATUS          PORTS
        1| shop-web-1   busybox   "sh"      web       About a minute ago   Up 90 seconds   80/tcp
        1| shop-web-2   busybox   "sh"      web       About a minute ago   Up 90 seconds   80/tcp
    """)
    stack("ps -a job").says("""
        exit 0
        1| NAME         IMAGE     COMMAND                  SERVICE   CREATED              STATUS                      PORTS
        1| shop-job-1   busybox   "sh -c 'echo a long …"   job       About a minute ago   Exited (3) 90 seconds ago
    """)


def test_ps_not_shortened(stack: CommandLine) -> None:
    stack("ps -a --no-trunc job").says("""
        exit 0
        1| NAME         IMAGE     COMMAND                                           SERVICE   CREATED              STATUS                      PORTS
        1| shop-job-1   busybox   "sh -c 'echo a long command that does not fit'"   job       About a minute ago   Exited (3) 90 seconds ago
    """)


def test_ps_services_and_ids(stack: CommandLine) -> None:
    stack("ps --services").says("""
        exit 0
        1| db
        1| proxy
        1| web
    """)
    stack("ps -a --services").says("""
        exit 0
        1| db
        1| job
        1| proxy
        1| web
    """)
    stack("ps -q db").says("""
        exit 0
        1| {id}
    """)


@pytest.mark.parametrize("flags", ["--status exited", "--filter status=exited"])
def test_ps_by_state(stack: CommandLine, flags: str) -> None:
    stack(f"ps {flags} --services").says("""
        exit 0
        1| job
    """)


def test_ps_by_state_lists_one_offs_too(stack: CommandLine) -> None:
    stack("run -d --name shop-once web")
    names = {flags: stack.raw(f"ps {flags} --format {{{{.Name}}}}")[1].split() for flags in ("", "--status running")}
    assert sorted(set(names["--status running"]) - set(names[""])) == ["shop-once"]


def test_ps_of_a_project_without_containers(cli: CommandLine) -> None:
    cli.write(STACK)
    cli("ps").says("""
        exit 0
        1| NAME      IMAGE     COMMAND   SERVICE   CREATED   STATUS    PORTS
    """)
    cli("ps -q").says("""
        exit 0
    """)
    cli("ps --format json").says("""
        exit 0
    """)
    cli("ps db").says("""
        exit 0
        1| NAME      IMAGE     COMMAND   SERVICE   CREATED   STATUS    PORTS
    """)


def test_ps_by_name_alone(stack: CommandLine) -> None:
    (stack.folder / "compose.yaml").unlink()
    stack("-p shop ps --services").says("""
        exit 0
        1| db
        1| proxy
        1| web
    """)
    stack("-p other ps --services").says("""
        exit 0
    """)


def test_ps_without_orphans(stack: CommandLine) -> None:
    stack.write("services: {web: {image: busybox}}")
    stack("ps --services").says("""
        exit 0
        1| db
        1| proxy
        1| web
    """)
    stack("ps --services --no-orphans").says("""
        exit 0
        1| web
    """)


def test_the_json_of_ps_has_the_shape_of_the_reference(stack: CommandLine) -> None:
    code, out, err = stack.raw("ps -a --format json")
    lines = {one["Name"]: one for one in map(json.loads, out.splitlines())}
    assert (code, err) == (0, "")
    assert sorted(lines) == ["shop-db-1", "shop-job-1", "shop-proxy-1", "shop-web-1", "shop-web-2"]
    proxy = lines["shop-proxy-1"]
    assert list(proxy) == [
        "Command", "CreatedAt", "ExitCode", "Health", "ID", "Image", "Labels", "LocalVolumes", "Mounts", "Name",
        "Names", "Networks", "Ports", "Project", "Publishers", "RunningFor", "Service", "Size", "State", "Status",
    ]  # fmt: skip
    assert proxy["Publishers"] == [
        {"URL": "0.0.0.0", "TargetPort": 80, "PublishedPort": 8080, "Protocol": "tcp"},
        {"URL": "::", "TargetPort": 80, "PublishedPort": 8080, "Protocol": "tcp"},
        {"URL": "127.0.0.1", "TargetPort": 90, "PublishedPort": 9000, "Protocol": "udp"},
    ]
    told = {name: (one["State"], one["Health"], one["ExitCode"], one["Service"]) for name, one in lines.items()}
    assert told["shop-db-1"] == ("running", "healthy", 0, "db")
    assert told["shop-job-1"] == ("exited", "", 3, "job")


def test_ps_by_a_template(stack: CommandLine) -> None:
    stack("ps --format '{{.Name}} {{.State}}{{range .Publishers}} {{.PublishedPort}}{{end}}'").says("""
        exit 0
        1| shop-db-1 running
        1| shop-proxy-1 running 8080 8080 9000
        1| shop-web-1 running 0
        1| shop-web-2 running 0
    """)
    stack(
        r"""ps -a --format 'table {{.Service}}\t{{.Label "com.docker.compose.container-number"}}\t{{.Health}}'"""
    ).says("""
        exit 0
        1| SERVICE   container number   HEALTH
        1| db        1                  healthy
        1| job       1
        1| proxy     1
        1| web       1
        1| web       2
    """)
    assert json.loads(stack.raw("ps web --format '{{json .}}'")[1].splitlines()[0])["Name"] == "shop-web-1"
    assert stack.raw("ps db --format raw")[1].splitlines()[1:3] == ["image: busybox", 'command: "sh"']


def test_a_wrong_template_is_refused_before_the_engine_is_asked(stack: CommandLine) -> None:
    stack("ps --format '{{.Name | lowr}}'").says("""
        exit 1
        2| error: the template is wrong at column 11: there is no function 'lowr' [CMP-0001]
        2|   hint: Functions are: and, eq, ge, gt, html, index, join, json, le, len, lower, lt, ne, not, or, pad, print, printf, println, slice, split, title, truncate, upper, urlquery.
    """)
    assert stack.opened == []


def test_ps_takes_switches_with_values(stack: CommandLine) -> None:
    stack.write("services: {web: {image: busybox}}")
    assert stack.raw("ps --all=false --orphans=false --format {{.Name}}")[1] == "shop-web-1\nshop-web-2\n"


def test_an_empty_format_is_that_of_dockers_configuration(stack: CommandLine) -> None:
    folder = stack.folder / "docker"
    stack.setenv(DOCKER_CONFIG=str(folder))
    whole = stack.raw("ps web")
    assert stack.raw("ps web --format=") == whole
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"psFormat": r"table {{.Name}}\t{{.State}}"}))
    assert stack.raw("ps web --format=")[1].split() == [
        "NAME",
        "STATE",
        "shop-web-1",
        "running",
        "shop-web-2",
        "running",
    ]
    assert stack.raw("ps web") == whole


def test_ls(stack: CommandLine) -> None:
    stack.write("services: {one: {image: busybox}}", "other/compose.yaml")
    stack("-f other/compose.yaml up -d")
    stack("stop")
    stack("ls").says("""
        exit 0
        1| NAME                STATUS              CONFIG FILES
        1| other               running(1)          {folder}/other/compose.yaml
    """)
    stack("ls -a").says("""
        exit 0
        1| NAME                STATUS              CONFIG FILES
        1| other               running(1)          {folder}/other/compose.yaml
        1| shop                exited(5)           {folder}/compose.yaml
    """)
    stack("ls -a -q").says("""
        exit 0
        1| other
        1| shop
    """)
    stack("ls -a --filter name=^sh").says("""
        exit 0
        1| NAME                STATUS              CONFIG FILES
        1| shop                exited(5)           {folder}/compose.yaml
    """)
    stack("ls -a --format json").says("""
        exit 0
        1| [{"Name":"other","Status":"running(1)","ConfigFiles":"{folder}/other/compose.yaml"},{"Name":"shop","Status":"exited(5)","ConfigFiles":"{folder}/compose.yaml"}]
    """)
    assert stack.opened == ["reader"]


def test_ls_of_an_empty_engine(cli: CommandLine) -> None:
    cli("ls").says("""
        exit 0
        1| NAME                STATUS              CONFIG FILES
    """)
    cli("ls --format json").says("""
        exit 0
        1| []
    """)
