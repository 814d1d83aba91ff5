"""A web server on this machine, for what fetches from others: it answers as a table says."""

import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# Of a host that nobody has vouched for; its key opens nothing else.
SELF_SIGNED = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/8nxPRMbmiVVpDGV
WChN8ur10C5jFzPKLjPr+jdVYqShRANCAAQpA8FmzZMHiX6tE8CuCDOF5FGt31n/
oYoexk/wT85QhtSYn/crldBbJlomguiZvMSsJQ9smYsyPWYJ5cXpgyMM
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBjzCCATagAwIBAgIUC0Urzz5wRi3qrLzvIKJHMUF3I2MwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyNjA0NTM0MloYDzIxMjYxMTAy
MDQ1MzQyWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQpA8FmzZMHiX6tE8CuCDOF5FGt31n/oYoexk/wT85QhtSYn/crldBb
JlomguiZvMSsJQ9smYsyPWYJ5cXpgyMMo2QwYjAdBgNVHQ4EFgQUxaiXqUvgH7N5
cUMtZfo4e/AlkpwwHwYDVR0jBBgwFoAUxaiXqUvgH7N5cUMtZfo4e/AlkpwwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0cAMEQC
IBe/nWshaCvobG7rQAt3D0DCcCXzvUtK+fjpQMCq4SkGAiASwP+JstX+zmwDCfE1
MZH1w6RUs/D55kLixAAua1IEWQ==
-----END CERTIFICATE-----
"""


@dataclass(frozen=True)
class Answer:
    """What the server says; each part after so many seconds."""

    body: bytes = b""
    status: int = 200
    location: str = ""
    parts: Sequence[bytes] = ()
    pause: float = 0


@dataclass
class Loopback:
    """A running server: its address, its answers, and what it was asked."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """List what was asked for."""
        return [path for _, path, _, _ in self.asked]


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Loopback]:
    """Run a server until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    scheme = "http"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.write_text(SELF_SIGNED)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    found = Loopback(f"{scheme}://127.0.0.1:{server.server_address[1]}")
    _Handler.loopback = found
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    loopback: Loopback

    def do_GET(self) -> None:
        posted = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.loopback.asked.append((self.command, self.path, posted, dict(self.headers)))
        answer = self.loopback.answers.get(self.path, Answer(b"404 NotFound", 404))
        try:
            self._say(answer)
        except OSError:
            # Whoever asked has had enough.
            self.close_connection = True

    do_POST = do_GET  # noqa: N815 - likewise

    def _say(self, answer: Answer) -> None:
        self.send_response(answer.status)
        if answer.location:
            self.send_header("Location", answer.location)
        if not answer.parts:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
        for part in answer.parts:
            time.sleep(answer.pause)
            self.wfile.write(part)
            self.wfile.flush()

    def log_message(self, *_said: object) -> None:
        """Say nothing on the terminal."""
