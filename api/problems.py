"""Refusals told to people and programs: RFC 9457 problem details under /api, a page elsewhere.

The table below is the whole of what an error of the books becomes in HTTP; a code that it does not
name is 422: we understood the request, and the books refuse it.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.deps import NotSignedInError, language
from api.pages.page import problem_page, sign_in_path
from ledger.errors import InputErrors, InputProblem, LedgerError
from ledger.i18n import N_, say
from ledger.i18n import Message as Words
from ledger.inputs import MESSAGES, OTHER

STATUS = {
    "idempotency-key-missing": 400,
    "not-signed-in": 401,
    "wrong-credentials": 401,
    "foreign-form": 403,
    "not-allowed": 403,
    "own-case": 403,
    "own-valuation": 403,
    "self-approval": 403,
    "unknown-call": 404,
    "unknown-document": 404,
    "unknown-entry": 404,
    "unknown-scale": 404,
    "already-reversed": 409,
    "closed-period": 409,
    "document-status": 409,
    "duplicate-file": 409,
    "evidence-too-large": 413,
    "type-not-taken": 415,
    "unknown-evidence": 404,
    "login-taken": 409,
    "nothing-to-allocate": 409,
    "nothing-to-call": 409,
    "nothing-to-settle": 409,
    "late-scale": 409,
    "no-scale": 409,
    "shared-later": 409,
    "stale-scale": 409,
    "period-order": 409,
    "proposal-changed": 409,
    "same-order": 409,
    "settled-since": 409,
    "too-many-tries": 429,
}


class UnreadableBodyError(InputErrors):
    """A body that is not what the route reads, with every field that is wrong."""


class RequestError(LedgerError):
    """What went wrong before the books were asked: an address, a method, a size."""

    code = "request"
    message = N_("The request cannot be answered: %(reason)s.")


class FaultError(LedgerError):
    """A fault of the program's own; what happened is in its log, not in its answer."""

    code = "fault"
    message = N_("Something went wrong on our side, and nothing was written. Try again later.")


REASONS = {
    404: N_("there is no such page"),
    405: N_("this address does not take that method"),
    413: N_("it is larger than five megabytes"),
}


def tell_problems(app: FastAPI) -> None:
    """Teach the application to tell every refusal, whoever refuses."""

    @app.exception_handler(LedgerError)
    def refused(request: Request, error: LedgerError) -> Response:
        return _answer(request, error, STATUS.get(error.code, 422))

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, error: RequestValidationError) -> Response:
        return _answer(request, UnreadableBodyError(_input_problems(error.errors())), 422)

    @app.exception_handler(DataError)
    @app.exception_handler(OverflowError)
    @app.exception_handler(UnicodeError)
    def unusable(request: Request, error: Exception) -> Response:
        """A number, day or text that no database holds is the sender's fault, not ours."""
        reason = N_("it holds a number, a day or a text that cannot be kept")
        return _answer(request, RequestError(reason=reason), 400)

    @app.exception_handler(HTTPException)
    def impossible(request: Request, error: HTTPException) -> Response:
        said = REASONS.get(error.status_code, N_("the server does not understand it"))
        reason = error.detail if isinstance(error.detail, Words) else said
        answer = _answer(request, RequestError(reason=reason), error.status_code)
        answer.headers.update(error.headers or {})
        return answer


class Faults:
    """Answer what nobody foresaw as our own fault, and let the server log it.

    It stands inside the guard that writes the headers, which the framework's own handler does not.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def send_noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        except Exception:
            if not begun:
                await _answer(Request(scope), FaultError(), 500)(scope, receive, send)
            raise


def problem(error: LedgerError, status: int, language: str) -> dict[str, Any]:
    """Write an error as problem details; an input's problems are listed one by one."""
    body: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": error.code,
        "detail": say(error, language),
    }
    if isinstance(error, InputErrors):
        body["errors"] = [_member(each, language) for each in error.problems]
    return body


def _member(found: InputProblem, language: str) -> dict[str, Any]:
    names = ("field", "sheet", "row", "column")
    place = {name: getattr(found, name) for name in names}
    return {name: value for name, value in place.items() if value is not None} | {
        "message": say(found, language)
    }


def _answer(request: Request, error: LedgerError, status: int) -> Response:
    if request.url.path.startswith("/api/"):
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
        return JSONResponse(
            problem(error, status, language(request)),
            status,
            headers=headers,
            media_type="application/problem+json",
        )
    if isinstance(error, NotSignedInError):
        return _to_sign_in(request)
    return problem_page(request, error, status)


def _to_sign_in(request: Request) -> Response:
    path = sign_in_path(request)
    if "hx-request" in request.headers:
        # A fragment cannot hold the sign-in page: the browser goes there as a whole.
        return Response(status_code=401, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)


def _input_problems(found: Sequence[Mapping[str, Any]]) -> list[InputProblem]:
    problems = []
    for each in found:
        place = ".".join(str(part) for part in each["loc"] if part != "body") or "body"
        context: dict[str, object] = {
            name: str(value) for name, value in each.get("ctx", {}).items()
        }
        context["text"] = str(each.get("input", ""))[:80]
        if each["type"] == "rules":
            problems += [
                InputProblem(name, rule, {**context, **params})
                for name, rule, params in each["ctx"]["rules"]
            ]
            continue
        kind = "date" if each["type"].startswith("date") else each["type"]
        problems.append(InputProblem(place, MESSAGES.get(kind, OTHER), context))
    return problems
