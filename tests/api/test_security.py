"""What guards every answer and every form, whichever the route."""

from collections.abc import Iterator

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from api.app import PAGES, ROUTES
from api.security import LARGEST_BODY
from tests.api.office import SAME_ORIGIN, Office, hidden_fields

NOBODY = "00000000-0000-0000-0000-000000000000"
PLACES = {
    "document_id": NOBODY,
    "number": "1",
    "way": "cash",
    "kind": "scale",
    "name": "equity",
    "token_hash": "00",
    "sha256": "00",
    "state": "HU",
    "offer": "HU-2017-K1",
    "year": "2017",
    "day": "2017-12-31",
    "currency": "PLN",
    "publisher": "ecb",
}


def addresses(method: str) -> Iterator[str]:
    """Go through the address of every route that takes a method, its places filled in."""
    for prefix, modules in (("", PAGES), ("/api", ROUTES)):
        for module in modules:
            router: APIRouter = module.router
            for route in router.routes:
                if isinstance(route, APIRoute) and method in (route.methods or ()):
                    path = route.path.replace(":int}", "}").replace(":path}", "}")
                    yield prefix + path.format(**PLACES)


def posts(prefix: str) -> list[str]:
    """List the addresses that take forms, or JSON under /api."""
    return sorted(a for a in set(addresses("POST")) if a.startswith("/api/") == bool(prefix))


EVERYWHERE = [("GET", a) for a in sorted({*addresses("GET"), "/nowhere", "/api/nowhere"})] + [
    ("POST", a) for a in sorted(set(addresses("POST")))
]


def test_every_answer_carries_its_guards(office: Office) -> None:
    """Every route answers with a strict policy and a nonce of its own, and is never kept."""
    visitor = office.visitor("katarzyna")
    nonces = set()
    for method, address in EVERYWHERE:
        headers = visitor.client.request(method, address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy, address
        assert "frame-ancestors 'none'" in policy, address
        assert "require-trusted-types-for 'script'; trusted-types htmx" in policy, address
        assert "unsafe" not in policy, address
        assert headers["x-content-type-options"] == "nosniff", address
        assert headers["referrer-policy"] == "same-origin", address
        assert headers["cache-control"] == "no-store", address
        nonces.add(policy.partition("'nonce-")[2].partition("'")[0])
    assert len(nonces) == len(EVERYWHERE)


def test_pages_are_closed_to_strangers(office: Office) -> None:
    """No page but the sign-in form is shown to somebody who has not signed in."""
    visitor = office.visitor()
    for address in set(addresses("GET")) - {"/sign-in"}:
        answer = visitor.get(address)
        if address.startswith("/api/"):
            assert answer.status_code == 401, address
            assert answer.headers["www-authenticate"] == "Bearer", address
        else:
            assert answer.status_code == 303, address
            assert answer.headers["location"].startswith("/sign-in"), address


def test_cookies_count_for_nothing_in_json(office: Office) -> None:
    """A browser's session opens no JSON route, so that no foreign page can act through it."""
    visitor = office.visitor("katarzyna")
    for address in posts("/api"):
        assert visitor.client.post(address, json={}).status_code == 401, address


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {},
    ],
    ids=["cross-site", "same-site", "none", "foreign-origin", "silent"],
)
def test_forms_from_elsewhere_are_refused(office: Office, headers: dict[str, str]) -> None:
    """No form is taken that another site sent, even with a token that was stolen."""
    visitor = office.visitor("katarzyna")
    token = hidden_fields(visitor.get("/equity").text)
    for address in posts(""):
        answer = visitor.client.post(address, data=token, headers=headers)
        assert answer.status_code == 403, address


@pytest.mark.parametrize("form", [{}, {"form_token": "guessed"}], ids=["no-token", "guessed"])
def test_forms_without_their_token_are_refused(office: Office, form: dict[str, str]) -> None:
    """No form is taken without the token of the session for which its page was drawn."""
    visitor = office.visitor("katarzyna")
    for address in posts(""):
        answer = visitor.client.post(address, data=form, headers=SAME_ORIGIN)
        assert answer.status_code == 403, address


def test_tokens_belong_to_one_session(office: Office) -> None:
    """A form drawn for one session is refused in another of the same person."""
    drawn_for_first = hidden_fields(office.visitor("katarzyna").get("/equity").text)
    second = office.visitor("katarzyna")
    answer = second.client.post("/sign-out", data=drawn_for_first, headers=SAME_ORIGIN)
    assert answer.status_code == 403


def test_origin_is_believed_where_the_browser_says_no_more(office: Office) -> None:
    """An older browser, which names only its origin, may send our own forms."""
    visitor = office.visitor("katarzyna")
    token = hidden_fields(visitor.get("/equity").text)
    answer = visitor.client.post("/sign-out", data=token, headers={"Origin": "http://testserver"})
    assert answer.status_code == 303


def test_large_bodies_are_refused(office: Office) -> None:
    """A body over five megabytes is refused, whether it declares its length or not."""
    visitor = office.visitor("katarzyna")
    large = b"x" * (LARGEST_BODY + 1)
    pieces = (large[start : start + 65536] for start in range(0, len(large), 65536))
    for content in (large, pieces):
        answer = visitor.client.post(
            "/sign-out",
            content=content,
            headers=SAME_ORIGIN | {"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert answer.status_code == 413


def test_faults_tell_nothing_and_are_guarded(office: Office) -> None:
    """A fault of ours is answered in one sentence, without a word of what happened."""
    fail_at(office.app, "/fault")
    answer = office.visitor().get("/fault")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "secret" not in answer.text
    assert "content-security-policy" in answer.headers


def fail_at(app: FastAPI, path: str) -> None:
    """Add a route that fails in a way nobody foresaw."""

    @app.get(path)
    def fault() -> None:
        raise RuntimeError("secret")


def test_static_files_are_kept_for_good(office: Office) -> None:
    """Style sheets and fonts are addressed by their content, so that a browser keeps them."""
    page = office.visitor().get("/sign-in").text
    address = page.partition('href="/static/theme.css')[2].partition('"')[0]
    answer = office.visitor().get(f"/static/theme.css{address}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_people_write_is_never_markup(office: Office) -> None:
    """A description that looks like a script is shown as the text that it is."""
    visitor = office.visitor()
    answer = visitor.sign_in("<script>alert(1)</script>", "x")
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<script>alert" not in answer.text
