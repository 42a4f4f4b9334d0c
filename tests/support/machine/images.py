"""The two images everything here uses: `busybox` and `composer-examples/debian`.

Made from the machine's own packages when no registry answers; with a registry, from what it has.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path

import docker
import docker.errors

from tests.support.machine import apt
from tests.support.machine.announce import SetUpError, say
from tests.support.machine.folders import cache

BUSYBOX = "busybox:latest"
DEBIAN = "composer-examples/debian:latest"
RECIPE_LABEL = "composer.examples.recipe"
BASE = "debian:bookworm-slim"
SERVERS = ["postgresql", "redis-server", "nginx-light", "python3", "python3-psycopg2", "python3-redis", "curl"]
# The database's just-in-time compiler is 150 MB that no example needs.
EXTRA = ["/usr/share/doc", "/usr/share/man", "/usr/share/locale", "/var/lib/apt/lists"]
EXTRA += ["/usr/lib/postgresql/*/lib/bitcode", "/usr/lib/postgresql/*/lib/llvmjit*", "/usr/lib/*/libLLVM*"]
RECIPE = hashlib.sha256(" ".join([*SERVERS, *EXTRA]).encode()).hexdigest()[:12]


def ensure_busybox(engine: docker.APIClient, *, registry: bool) -> None:
    if _labels(engine, BUSYBOX) is not None:
        return
    if registry and _pulled(engine, BUSYBOX):
        return
    if not _has_static_busybox():
        if not apt.usable():
            raise SetUpError(f"no registry answers and there is no busybox here: give the engine {BUSYBOX}")
        apt.install(["busybox-static"])
    say(f"making {BUSYBOX} from the machine's static busybox")
    engine.import_image_from_data(_busybox_files(), repository="busybox", tag="latest", changes=['CMD ["sh"]'])


def ensure_debian(engine: docker.APIClient, *, registry: bool) -> None:
    """Debian with PostgreSQL, Redis, nginx and Python, one image for every service of the real example."""
    labels = _labels(engine, DEBIAN)
    if labels is not None and labels.get(RECIPE_LABEL) == RECIPE:
        return
    if registry and not _cached_files().exists() and _pulled(engine, BASE):
        _install_in_container(engine)
    else:
        say(f"importing {DEBIAN}")
        name, tag = DEBIAN.split(":")
        files = str(debian_files())
        engine.import_image_from_file(files, repository=name, tag=tag, changes=[f"LABEL {RECIPE_LABEL}={RECIPE}"])


def debian_files() -> Path:
    """The image's files as a tar archive, kept in the cache (220 MB). Raises SetUpError."""
    files = _cached_files()
    if files.exists():
        return files
    if not apt.usable() or apt.release("ID") not in {"debian", "ubuntu"}:
        raise SetUpError(f"no registry answers, and {DEBIAN} can be made without one only by root on Debian or Ubuntu")
    apt.install(["mmdebstrap"])
    say(f"making the files of {DEBIAN} with mmdebstrap: {' '.join(SERVERS)} (once, about a minute)")
    suite = apt.release("VERSION_CODENAME")
    with tempfile.TemporaryDirectory(dir=cache()) as folder:
        unfinished, sources = Path(folder) / "files.tar", Path(folder) / "own.sources"
        sources.write_text(apt.source_of(suite))
        remove = f"chroot \"$1\" sh -c 'rm -rf {' '.join(EXTRA)}'"
        command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(SERVERS)}"]
        command += [f"--customize-hook={remove}", suite, str(unfinished), str(sources)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode:
            raise SetUpError(f"mmdebstrap failed:\n{answer.stderr[-3000:]}")
        unfinished.rename(files)
    return files


def debian_cached() -> bool:
    return _cached_files().exists()


def _cached_files() -> Path:
    return cache() / f"debian-{RECIPE}.tar"


def _labels(engine: docker.APIClient, image: str) -> dict[str, str] | None:
    """The labels of an image the engine has; None when it does not have it."""
    try:
        return engine.inspect_image(image)["Config"].get("Labels") or {}
    except docker.errors.ImageNotFound:
        return None


def _pulled(engine: docker.APIClient, image: str) -> bool:
    say(f"pulling {image}")
    try:
        engine.pull(image)
    except docker.errors.APIError as error:
        say(f"no registry: {error.explanation or error}")
        return False
    return True


def _install_in_container(engine: docker.APIClient) -> None:
    say(f"making {DEBIAN} from {BASE} in a container: {' '.join(SERVERS)} (once, about a minute)")
    steps = "apt-get -qq update && apt-get -qq install -y --no-install-recommends"
    script = f"export DEBIAN_FRONTEND=noninteractive; {steps} {' '.join(SERVERS)} && rm -rf {' '.join(EXTRA)}"
    container = engine.create_container(BASE, ["sh", "-c", script])
    try:
        engine.start(container)
        if engine.wait(container)["StatusCode"]:
            tail = engine.logs(container, tail=15).decode(errors="replace")
            raise SetUpError(f"{DEBIAN} could not be made; the container said:\n{tail}")
        name, tag = DEBIAN.split(":")
        plain = [f"LABEL {RECIPE_LABEL}={RECIPE}", "CMD []"]
        engine.commit(container, repository=name, tag=tag, changes="\n".join(plain))
    finally:
        engine.remove_container(container, force=True)


def _has_static_busybox() -> bool:
    program = Path("/bin/busybox")
    return program.exists() and b"/ld-linux" not in program.read_bytes()


def _busybox_files() -> bytes:
    program = Path("/bin/busybox").read_bytes()
    applets = subprocess.run(["/bin/busybox", "--list"], capture_output=True, text=True, check=True).stdout.split()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for folder, mode in (("bin", 0o755), ("etc", 0o755), ("root", 0o700), ("tmp", 0o1777), ("var", 0o755)):
            _add(tar, folder, type=tarfile.DIRTYPE, mode=mode)
        _add(tar, "bin/busybox", content=program, mode=0o755)
        for applet in applets:
            if applet != "busybox":
                _add(tar, f"bin/{applet}", type=tarfile.SYMTYPE, linkname="busybox")
        users = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"
        _add(tar, "etc/passwd", content=users.encode())
        _add(tar, "etc/group", content=b"root:x:0:\nnogroup:x:65534:\n")
    return archive.getvalue()


def _add(tar: tarfile.TarFile, name: str, content: bytes = b"", **attributes: object) -> None:
    """One entry; `attributes` are those of tarfile.TarInfo."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime = len(content), int(time.time())
    for attribute, value in attributes.items():
        setattr(entry, attribute, value)
    tar.addfile(entry, io.BytesIO(content))
