"""Builds that both tools must make alike: a service each, with its context.

`BUILDS` is name → `BuildCase`; `write_project` makes one Compose file of them all.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

DOCKERFILE = "Dockerfile"


@dataclass(frozen=True)
class BuildCase:
    """`build`: the attributes of the service's `build` as YAML, beside its context. `files`: path → text, a text that
    begins with `-> ` is a symbolic link, with `=> ` a hard link. `modes`: path → mode."""

    dockerfile: str = ""
    build: str = ""
    files: dict[str, str] = field(default_factory=dict)
    modes: dict[str, int] = field(default_factory=dict)
    service: str = ""

    def write(self, folder: Path) -> None:
        files = {DOCKERFILE: dedent(self.dockerfile).lstrip("\n")} if self.dockerfile else {}
        for name, text in {**files, **self.files}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text.startswith("-> "):
                path.symlink_to(text[3:])
            elif text.startswith("=> "):
                os.link(folder / text[3:], path)
            else:
                path.write_text(text)
        for name, mode in self.modes.items():
            (folder / name).chmod(mode)


# Of many names, told which of them came through.
_NAMES = """
    keep|Keep|drop.log|src/app.py|src/app.pyc|src/deep/keep.txt|src/deep/x.log|docs/a.md|docs/b.txt|#note|sp ace|[x]
    node_modules/m/i.js|a1|b1|.hidden|.git/HEAD|x/y/z
"""
_ALL = "FROM busybox\nCOPY . /c/\n"


def ignored(ignore: str, **more: str) -> BuildCase:
    return BuildCase(
        _ALL,
        files={
            **{name.strip(): name for line in _NAMES.split("\n") for name in line.split("|") if name.strip()},
            ".dockerignore": ignore,
            **more,
        },
    )


BUILDS: dict[str, BuildCase] = {
    "plain": BuildCase('FROM busybox\nRUN echo $RUN > /ran\nCMD ["true"]\n', 'args: {RUN: "1"}'),
    "instructions": BuildCase(
        """
        FROM busybox
        LABEL a=b "c d"=e
        ENV X=1 Y="two words"
        WORKDIR /srv/here
        USER 1000:1000
        EXPOSE 80 443/udp
        VOLUME /data
        STOPSIGNAL SIGINT
        SHELL ["/bin/sh", "-eu", "-c"]
        HEALTHCHECK --interval=5s --retries=2 CMD true
        ENTRYPOINT ["/bin/sh", "-c"]
        CMD ["echo hi"]
        ONBUILD RUN true
        """
    ),
    "stages": BuildCase(
        """
        FROM busybox AS one
        RUN mkdir /out && echo 1 > /out/one
        FROM busybox AS two
        RUN mkdir /out && echo 2 > /out/two
        FROM busybox
        COPY --from=one /out/ /out/
        COPY --from=two /out/two /out/renamed
        """
    ),
    "target": BuildCase("FROM busybox AS dev\nENV STAGE=dev\nFROM busybox AS prod\nENV STAGE=prod\n", "target: dev"),
    "arguments": BuildCase(
        """
        ARG BASE=nothing
        FROM ${BASE}
        ARG A=default
        ARG B
        ARG C=kept
        RUN echo "$A $B $C" > /args
        ENV A=$A
        """,
        'args: ["BASE=busybox", "A=with blank and $$sign", "B"]',
    ),
    "labels": BuildCase("FROM busybox\nLABEL own=1 over=file\n", 'labels: {over: compose, "x.y": "a=b, c"}'),
    "inline": BuildCase(build="dockerfile_inline: |\n  FROM busybox\n  COPY here /here\n", files={"here": "x"}),
    "heredoc": BuildCase(
        """
        FROM busybox
        RUN <<EOF
        echo one > /one
        echo two > /two
        EOF
        COPY <<"EOT" /etc/app.conf
        key=$value
        EOT
        """
    ),
    "cache-mount": BuildCase("FROM busybox\nRUN --mount=type=cache,target=/cache echo x >> /cache/f && echo y > /y\n"),
    "bind-mount": BuildCase(
        "FROM busybox\nRUN --mount=type=bind,source=in,target=/in,rw cp /in/a /a\n", files={"in/a": "a"}
    ),
    "tmpfs-mount": BuildCase(
        "FROM busybox\nRUN --mount=type=tmpfs,target=/t df /t | tail -1 | awk '{print $1}' > /t.txt\n"
    ),
    "dockerfile-elsewhere": BuildCase(
        build="dockerfile: ../instructions/other/My.Dockerfile",
        files={"a": "a", "../instructions/other/My.Dockerfile": "FROM busybox\nCOPY a /a\n"},
    ),
    "dockerfile-named": BuildCase(
        build="dockerfile: sub/dev.Dockerfile",
        files={
            "sub/dev.Dockerfile": _ALL,
            "sub/dev.Dockerfile.dockerignore": "secret\n",
            "secret": "s",
            ".dockerignore": "open\n",
            "open": "o",
        },
    ),
    "contexts": BuildCase(
        """
        FROM base AS b
        FROM busybox
        COPY --from=other /file /file
        COPY --from=b /ran /ran
        COPY --from=image /bin/busybox /bb
        """,
        """
        additional_contexts:
          other: ./contexts-other
          base: service:plain
          image: docker-image://busybox
        """,
        files={"../contexts-other/file": "f", "../contexts-other/.dockerignore": "nothing\n"},
    ),
    "replaced-context": BuildCase(
        "FROM alpine\nRUN echo x > /x\n", 'additional_contexts: ["alpine=docker-image://busybox"]'
    ),
    "links": BuildCase(
        _ALL,
        files={
            "dir/real": "r",
            "soft": "-> dir/real",
            "broken": "-> nowhere",
            "absolute": "-> /etc/passwd",
            "up": "-> ../x",
            "folder": "-> dir",
            "hard": "=> dir/real",
            "zhard": "=> dir/real",
        },
    ),
    "one-link": BuildCase(
        "FROM busybox\nCOPY soft /a\nCOPY folder/real /b\n",
        files={"dir/real": "r", "soft": "-> dir/real", "folder": "-> dir", "not-needed": "n"},
    ),
    "modes": BuildCase(
        _ALL,
        files={"run": "#!/bin/sh\n", "secret": "s", "set": "s", "dir/x": "x", "sticky/x": "x"},
        modes={"run": 0o755, "secret": 0o400, "set": 0o6755, "dir": 0o700, "sticky": 0o1777},
    ),
    "chown-chmod": BuildCase(
        "FROM busybox\nCOPY --chown=12:34 --chmod=0640 a /a\nADD --chown=1:1 b c /dir/\n",
        files={"a": "a", "b": "b", "c": "c"},
    ),
    "names": BuildCase(
        _ALL,
        files={"ü/ß 日本.txt": "x", "a b": "x", "q'uote\"s": "x", "per%cent": "x", "star*": "x", "back\\slash": "x"},
    ),
    "wildcards": BuildCase(
        "FROM busybox\nCOPY *.txt src/*.py /t/\nCOPY d?r/ /d/\n",
        files={"a.txt": "a", "b.txt": "b", "c.md": "c", "src/x.py": "x", "src/y.sh": "y", "dir/z": "z", "dor/w": "w"},
    ),
    "empty-folders": BuildCase(_ALL, files={"full/x": "x", ".dockerignore": "emptied/x\n", "emptied/x": "x"}),
    "empty-context": BuildCase("FROM busybox\nRUN true\n"),
    "archive": BuildCase("FROM busybox\nADD a.txt /a/\nCOPY --link a.txt /l/\n", files={"a.txt": "a"}),
    "network-none": BuildCase("FROM busybox\nRUN ip link | grep -c ': ' > /links\n", "network: none"),
    # Several names docker compose hands on in an order that differs from run to run.
    "hosts": BuildCase("FROM busybox\nRUN cat /etc/hosts > /hosts\n", 'extra_hosts: ["one:1.2.3.4", "one=::1"]'),
    "limits": BuildCase(
        "FROM busybox\nRUN ulimit -n > /n; df -k /dev/shm | tail -1 | awk '{print $2}' > /shm\n",
        "shm_size: 32m\nulimits: {nofile: {soft: 500, hard: 600}}",
    ),
    "tags": BuildCase("FROM busybox\nENV T=1\n", 'tags: ["{project}-more:1", "{project}-more:2"]'),
    "cache-from": BuildCase(
        "FROM busybox\nENV C=1\n", 'cache_from: ["type=local,src=/nowhere"]\ncache_to: ["type=inline"]'
    ),
    "platform": BuildCase(
        "FROM busybox\nARG TARGETPLATFORM\nRUN echo $TARGETPLATFORM > /p\n", "platforms: [linux/amd64]"
    ),
    "debian": BuildCase("FROM composer-examples/debian\nRUN python3 -c 'print(1)' > /one\n"),
    "scratch": BuildCase("FROM scratch\nCOPY f /f\n", files={"f": "f"}),
    "ignore-list": ignored("*.log\n**/*.pyc\n# no\n\n  docs  \n/a1\nnode_modules/\n.git\n"),
    "ignore-all-but": ignored("*\n!src\n!keep\n**/*.log\n"),
    "ignore-all-but-deep": ignored("**\n!**/keep.txt\n!docs/*.md\n"),
    "ignore-odd": ignored("\N{ZERO WIDTH NO-BREAK SPACE}keep\n\\#note\nsp ace\n\\[x]\n[!a]1\n[^b]1\nx/**/z\n"),
    "ignore-itself": ignored("Dockerfile\n.dockerignore\n!keep\nsrc/**\n!src/deep\n"),
    "ignore-again": ignored("src\n!src/deep\nsrc/deep/x.log\n.*\n"),
}


def write_project(folder: Path, project: str) -> None:
    """The contexts, and `compose.yaml` with a service for each; variable B is for the case `arguments`."""
    lines = ["services:"]
    for name, case in BUILDS.items():
        (folder / name).mkdir(exist_ok=True)
        case.write(folder / name)
        lines += [f"  {name}:", "    build:", f"      context: ./{name}"]
        told = dedent(case.build.replace("{project}", project)).strip("\n")
        lines += [f"      {line}" for line in told.splitlines()]
    (folder / "compose.yaml").write_text("\n".join(lines) + "\n")
