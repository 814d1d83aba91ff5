"""What guards every answer and every question: headers, a nonce, and a limit to the body's size."""

import re
import secrets
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.evidence import LARGEST
from ledger.i18n import N_

LARGEST_BODY = 5 * 1024 * 1024
# A file of evidence, and what a form sends around it.
LARGEST_UPLOAD = LARGEST + 64 * 1024
UPLOAD = re.compile(r"(/api)?/documents/[^/]+/evidence")
TOO_LARGE = N_("it is larger than ten megabytes")

# Scripts only with this answer's nonce, no inline styles, and no text into the page but htmx's own
# (pages.md §4.1); frames, plug-ins and foreign hosts not at all.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types htmx"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
FOR_GOOD = "public, max-age=31536000, immutable"


class SecurityHeaders:
    """Give every request a nonce and every answer its headers; only static files may be kept."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        state: MutableMapping[str, Any] = scope.setdefault("state", {})
        state["nonce"] = nonce

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _guard(MutableHeaders(scope=message), scope, nonce)
            await send(message)

        await self.app(scope, receive, send_guarded)


def _guard(headers: MutableHeaders, scope: Scope, nonce: str) -> None:
    headers.update(HEADERS)
    headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.format(nonce=nonce)
    is_static = scope["path"].startswith("/static/")
    headers["Cache-Control"] = FOR_GOOD if is_static else "no-store"
    if scope["scheme"] == "https":
        headers["Strict-Transport-Security"] = "max-age=63072000"


class BodyLimit:
    """Refuse a body that is too large, whether its length is declared or only found out.

    Five megabytes are taken, and ten where a file comes as evidence.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        received = int(declared[:20]) if declared.isascii() and declared.isdecimal() else 0
        seen = 0
        is_upload = UPLOAD.fullmatch(scope["path"]) is not None
        largest = LARGEST_UPLOAD if is_upload else LARGEST_BODY

        async def receive_counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if max(seen, received) > largest:
                raise HTTPException(413, TOO_LARGE if is_upload else None)
            return message

        await self.app(scope, receive_counted, send)
