"""Which engine is chosen, by whom, and what is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from composer.engine.connect import Address, FileReader, Tls, parse_host, read_file, resolve
from composer.errors import EngineUnreachable

HOME = {"HOME": "/home/ann"}
CONFIG = "/home/ann/.docker/config.json"


def disk(files: Mapping[str, str]) -> FileReader:
    return lambda path: files[path].encode() if path in files else None


def no_disk(path: str) -> bytes | None:
    return None


def context(name: str, host: str, *, skip_verify: bool = False, certificates: tuple[str, ...] = ()) -> dict[str, str]:
    key = hashlib.sha256(name.encode()).hexdigest()
    endpoint = {"Host": host, "SkipTLSVerify": skip_verify}
    meta = json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": endpoint}})
    files = {f"/home/ann/.docker/contexts/meta/{key}/meta.json": meta}
    return files | {f"/home/ann/.docker/contexts/tls/{key}/docker/{file}.pem": "PEM" for file in certificates}


def test_nothing_said_means_the_local_socket() -> None:
    assert resolve(HOME, read=no_disk) == Address("unix", path="/var/run/docker.sock", origin="default")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unix:///run/x.sock", Address("unix", path="/run/x.sock", origin="DOCKER_HOST")),
        ("unix://", Address("unix", path="/var/run/docker.sock", origin="DOCKER_HOST")),
        ("tcp://10.0.0.5:2400", Address("tcp", host="10.0.0.5", port=2400, origin="DOCKER_HOST")),
        ("tcp://10.0.0.5", Address("tcp", host="10.0.0.5", port=2375, origin="DOCKER_HOST")),
        ("tcp://[::1]:2400/", Address("tcp", host="::1", port=2400, origin="DOCKER_HOST")),
        ("tcp://[::1]", Address("tcp", host="::1", port=2375, origin="DOCKER_HOST")),
        ("box:2400", Address("tcp", host="box", port=2400, origin="DOCKER_HOST")),
        ("tcp://:2400", Address("tcp", host="127.0.0.1", port=2400, origin="DOCKER_HOST")),
        ("ssh://box", Address("ssh", host="box", path="/var/run/docker.sock", origin="DOCKER_HOST")),
        (
            "ssh://ann@box:2222/run/user/1000/docker.sock",
            Address("ssh", host="ann@box", port=2222, path="/run/user/1000/docker.sock", origin="DOCKER_HOST"),
        ),
    ],
)
def test_host_forms(text: str, expected: Address) -> None:
    assert resolve(HOME | {"DOCKER_HOST": text}, read=no_disk) == expected


def test_addresses_print_as_they_are_written() -> None:
    texts = ["unix:///run/x.sock", "tcp://box:1", "tcp://[::1]:2", "ssh://ann@box", "ssh://box:22/run/d.sock"]
    assert [str(parse_host(text, tls=None, origin="test")) for text in texts] == texts


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ssh://ann:secret@box", "an ssh address (from DOCKER_HOST) is not one: ssh://box"),
        ("ssh://-oProxyCommand=x", "an ssh address (from DOCKER_HOST) is not one: ssh://-oProxyCommand=x"),
        ("ssh://box:22x", "an ssh address (from DOCKER_HOST) is not one: ssh://box:22x"),
        ("ssh://", "an ssh address (from DOCKER_HOST) is not one: ssh://"),
        ("npipe:////./pipe/x", "cannot talk to npipe:////./pipe/x (from DOCKER_HOST): npipe:// is not supported"),
        ("tcp://box:http", "'tcp://box:http' (from DOCKER_HOST) is not an engine address: the port is not a number"),
    ],
)
def test_hosts_that_are_refused(text: str, message: str) -> None:
    with pytest.raises(EngineUnreachable) as caught:
        resolve(HOME | {"DOCKER_HOST": text}, read=no_disk)
    assert caught.value.message == message


def test_the_hosts_order_is_that_of_docker() -> None:
    files = {CONFIG: '{"currentContext": "current"}'}
    for name in ("flag", "variable", "current"):
        files |= context(name, f"unix:///{name}.sock")
    read = disk(files)
    variables = HOME | {"DOCKER_HOST": "unix:///host.sock", "DOCKER_CONTEXT": "variable"}
    assert resolve(variables, host="unix:///arg.sock", context="flag", read=read).path == "/arg.sock"
    assert resolve(variables, context="flag", read=read).path == "/flag.sock"
    assert resolve(variables, read=read).path == "/host.sock"
    assert resolve(HOME | {"DOCKER_CONTEXT": "variable"}, read=read).path == "/variable.sock"
    assert resolve(HOME, read=read) == Address("unix", path="/current.sock", origin="context current")


def test_the_context_default_is_the_environments_engine() -> None:
    read = disk({CONFIG: '{"currentContext": "elsewhere"}'})
    assert resolve(HOME | {"DOCKER_CONTEXT": "default"}, read=read).path == "/var/run/docker.sock"
    variables = HOME | {"DOCKER_HOST": "unix:///host.sock"}
    assert resolve(variables, context="default", read=read).path == "/host.sock"


def test_docker_config_names_another_folder() -> None:
    read = disk({"/etc/dock/config.json": '{"currentContext": "gone"}'})
    with pytest.raises(EngineUnreachable, match=r"'gone' \(from currentContext in /etc/dock/config\.json\)"):
        resolve(HOME | {"DOCKER_CONFIG": "/etc/dock"}, read=read)


@pytest.mark.parametrize("variables", [{"DOCKER_CONTEXT": "gone"}, {}])
def test_an_unknown_context_is_never_replaced_by_the_local_engine(variables: dict[str, str]) -> None:
    read = disk({CONFIG: '{"currentContext": "gone"}'})
    with pytest.raises(EngineUnreachable, match=r"the Docker context 'gone' .* does not exist"):
        resolve(HOME | variables, read=read)


@pytest.mark.parametrize("content", ["{", "[1"])
def test_a_broken_configuration_is_an_error(content: str) -> None:
    with pytest.raises(EngineUnreachable, match="is not valid JSON"):
        resolve(HOME, read=disk({CONFIG: content}))


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"auths": {}}', '{"currentContext": ""}', '{"currentContext": 1}']
)
def test_a_configuration_without_a_context_leaves_the_default(content: str) -> None:
    assert resolve(HOME, read=disk({CONFIG: content})).origin == "default"


def test_a_context_without_an_address_is_an_error() -> None:
    with pytest.raises(EngineUnreachable, match="names no engine address"):
        resolve(HOME, context="odd", read=disk(context("odd", "")))


def test_tls_from_the_environment() -> None:
    certificates = {f"/certs/{name}.pem": "PEM" for name in ("ca", "cert", "key")}
    variables = HOME | {"DOCKER_HOST": "tcp://box", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certs"}
    tls = Tls(verify=True, ca="/certs/ca.pem", cert="/certs/cert.pem", key="/certs/key.pem")
    expected = Address("tcp", host="box", port=2376, tls=tls, origin="DOCKER_HOST")
    assert resolve(variables, read=disk(certificates)) == expected


def test_docker_tls_alone_encrypts_without_checking_and_takes_what_is_in_the_configuration_folder() -> None:
    variables = HOME | {"DOCKER_HOST": "tcp://box", "DOCKER_TLS": "1"}
    found = resolve(variables, read=disk({"/home/ann/.docker/ca.pem": "PEM"}))
    assert found.tls == Tls(verify=False, ca="/home/ann/.docker/ca.pem")


def test_a_named_certificate_folder_without_an_authority_is_an_error() -> None:
    variables = HOME | {"DOCKER_HOST": "tcp://box", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certs"}
    with pytest.raises(EngineUnreachable, match=r"no ca\.pem in /certs"):
        resolve(variables, read=no_disk)


def test_a_unix_socket_needs_no_certificates() -> None:
    variables = HOME | {"DOCKER_HOST": "unix:///x", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certs"}
    assert resolve(variables, read=no_disk).tls is None


@pytest.mark.parametrize(
    ("skip_verify", "certificates", "names"),
    [
        (False, (), None),
        (True, (), (False, "")),
        (False, ("ca",), (True, "ca.pem")),
    ],
)
def test_tls_of_a_context(*, skip_verify: bool, certificates: tuple[str, ...], names: tuple[bool, str] | None) -> None:
    files = context("far", "tcp://far", skip_verify=skip_verify, certificates=certificates)
    found = resolve(HOME, context="far", read=disk(files))
    shown = found.tls and (found.tls.verify, found.tls.ca.rpartition("/")[2])
    assert (shown, found.port) == (names, 2375 if names is None else 2376)


def test_reading_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    found = [read_file(str(tmp_path / name)) for name in ("a", "b", "a/b", ".")]
    assert found == [b"x", None, None, None]


PLACES = {
    "XDG_RUNTIME_DIR": "/run/user/1000",
    **HOME,
}


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (["/run/user/1000/docker.sock"], ("/run/user/1000/docker.sock", "rootless Docker")),
        (["/home/ann/.docker/run/docker.sock"], ("/home/ann/.docker/run/docker.sock", "Docker Desktop")),
        (["/home/ann/.colima/default/docker.sock"], ("/home/ann/.colima/default/docker.sock", "Colima")),
        (["/home/ann/.rd/docker.sock"], ("/home/ann/.rd/docker.sock", "Rancher Desktop")),
        (["/run/user/1000/podman/podman.sock"], ("/run/user/1000/podman/podman.sock", "rootless Podman")),
        (
            ["/run/podman/podman.sock", "/home/ann/.orbstack/run/docker.sock"],
            ("/home/ann/.orbstack/run/docker.sock", "OrbStack"),
        ),
    ],
)
def test_where_the_usual_socket_is_not_there_others_are_looked_for(
    present: list[str], expected: tuple[str, str]
) -> None:
    path, product = expected
    found = resolve(PLACES, read=no_disk, is_socket=present.__contains__)
    assert found == Address("unix", path=path, origin=f"{product}, found at its usual place")


def test_the_usual_socket_comes_first_and_is_named_when_there_is_none() -> None:
    usual = Address("unix", path="/var/run/docker.sock", origin="default")
    both = ["/var/run/docker.sock", "/run/user/1000/docker.sock"]
    assert resolve(PLACES, read=no_disk, is_socket=both.__contains__) == usual
    assert resolve(PLACES, read=no_disk, is_socket=lambda _: False) == usual


def test_whoever_is_named_is_taken_without_a_search() -> None:
    variables = PLACES | {"DOCKER_HOST": "unix:///gone.sock"}
    assert resolve(variables, read=no_disk, is_socket=lambda _: True).path == "/gone.sock"
