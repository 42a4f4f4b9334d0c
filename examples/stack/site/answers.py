"""A tiny HTTP server: one function a path, which returns the content type and the text."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[], tuple[str, str]]


def serve(paths: dict[str, Answer]) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = paths.get(self.path)
            kind, text = answer() if answer else ("text/plain", "no such page\n")
            body = text.encode()
            self.send_response(200 if answer else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    print("listening on port 8000")
    ThreadingHTTPServer(("", 8000), Handler).serve_forever()
