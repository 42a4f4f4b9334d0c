"""An image registry on the loopback, as much of one as a pull needs: one image with one small layer."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import io
import json
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


class Registry:
    """Serves `name:latest`. With `login` (user, password) it answers nobody else. With `tokens` everybody has to
    fetch a token first, as at the big public ones: anybody gets one, or who has the `login`. `architecture`: of the
    image. `failures`: how many questions after the manifest it answers with 503 before it does better. `hangs`: it
    never answers such a question. `asked` counts them."""

    def __init__(
        self,
        name: str,
        *,
        architecture: str = "amd64",
        login: tuple[str, str] | None = None,
        tokens: bool = False,
        failures: int = 0,
        hangs: bool = False,
    ) -> None:
        self.name = name
        self.asked = 0
        self._failures = failures
        self._hangs = hangs
        self._over = threading.Event()
        self.seen_logins: list[str] = []
        self._tokens = tokens
        self._login = base64.b64encode(":".join(login).encode()).decode() if login else ""
        layer = _layer(name)
        config = _config(layer, architecture)
        packed = gzip.compress(layer, mtime=0)
        manifest = _manifest(config, packed)
        self._content = {f"/v2/{name}/blobs/{_digest(blob)}": blob for blob in (config, packed)}
        self._content |= {f"/v2/{name}/manifests/{tag}": manifest for tag in ("latest", _digest(manifest))}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def ref(self) -> str:
        return f"{self.host}/{self.name}:latest"

    @property
    def challenge(self) -> str:
        return f'Bearer realm="http://{self.host}/token",service="test"' if self._tokens else 'Basic realm="test"'

    def close(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, login: str) -> tuple[int, bytes]:
        if self._tokens and path.startswith("/token"):
            self.seen_logins.append(login)
            granted = login == (f"Basic {self._login}" if self._login else "")
            return (200, b'{"token": "granted"}') if granted else (401, b"{}")
        if self._tokens:
            if login != "Bearer granted":
                return 401, b'{"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}'
        elif self._login:
            self.seen_logins.append(login)
            if login != f"Basic {self._login}":
                return 401, b'{"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}'
        if path == "/v2/":
            return 200, b"{}"
        if "/manifests/" in path:
            self.asked += 1
            if self._hangs:
                self._over.wait()
            if self.asked <= self._failures:
                return 503, b"busy"
        found = self._content.get(path)
        return (
            (200, found)
            if found is not None
            else (404, b'{"errors": [{"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}]}')
        )

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        registry = self

        class Handler(BaseHTTPRequestHandler):
            # Who tries TLS first shall see by the answer's first line that this is plain HTTP.
            default_request_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, content = registry.answer(self.path, self.headers.get("Authorization", ""))
                self.send_response(status)
                self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
                if status == 401:
                    self.send_header("WWW-Authenticate", registry.challenge)
                is_manifest = status == 200 and "/manifests/" in self.path
                self.send_header("Content-Type", MANIFEST if is_manifest else "application/json")
                self.send_header("Docker-Content-Digest", _digest(content))
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if self.command == "GET":
                    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                        self.wfile.write(content)

            do_HEAD = do_GET  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        return Handler


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _layer(name: str) -> bytes:
    """Of this registry alone: a layer that another test has pulled is not pulled again."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        entry = tarfile.TarInfo("hello")
        entry.size = len(name)
        tar.addfile(entry, io.BytesIO(name.encode()))
    return buffer.getvalue()


def _config(layer: bytes, architecture: str) -> bytes:
    settings = {"Cmd": ["/hello"], "Healthcheck": {"Test": ["CMD", "/hello"]}, "Volumes": {"/data": {}}}
    rootfs = {"type": "layers", "diff_ids": [_digest(layer)]}
    return json.dumps({"architecture": architecture, "os": "linux", "config": settings, "rootfs": rootfs}).encode()


def _manifest(config: bytes, packed: bytes) -> bytes:
    parts = {
        "config": ("application/vnd.docker.container.image.v1+json", config),
        "layer": ("application/vnd.docker.image.rootfs.diff.tar.gzip", packed),
    }
    described = {
        name: {"mediaType": kind, "size": len(content), "digest": _digest(content)}
        for name, (kind, content) in parts.items()
    }
    body = {"schemaVersion": 2, "mediaType": MANIFEST, "config": described["config"], "layers": [described["layer"]]}
    return json.dumps(body).encode()
