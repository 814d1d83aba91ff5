import json
import socket
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from api import rate_addresses
from api.cli import app
from api.clock import now
from api.rate_fetch import (
    NotFetchableError,
    NotFetchedError,
    NothingPublishedError,
    Patience,
    fetch_rates,
)
from ledger.db import reading
from ledger.rate_imports import RateBody, file_of
from ledger.rate_sources import RateSource
from tests import rate_bodies as bodies
from tests.databases import Sqlite
from tests.loopback import Answer, Loopback, serving

TODAY = date(2026, 11, 26)
DAILY = "/stats/eurofxref/eurofxref-daily.xml"
TABLES = "/api/exchangerates/tables/A/"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """A server that stands for every source."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as loopback:
        for source in list(rate_addresses.HOSTS):
            monkeypatch.setitem(rate_addresses.HOSTS, source, loopback.url)
        yield loopback


@pytest.fixture
def books(sqlite: Sqlite, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Books that know no rates yet."""
    with sqlite.upgraded() as engine:
        monkeypatch.setenv("MCRM_DATABASE_URL", str(engine.url))
        yield engine


def run(*arguments: str) -> Result:
    """Run `mcrm rates`."""
    return CliRunner().invoke(app, ["rates", *arguments])


def refusal(source: RateSource = RateSource.ECB, patience: Patience = Patience()) -> str:  # noqa: B008 - it is frozen
    """Fetch what cannot be fetched, and give the refusal."""
    with pytest.raises(NotFetchedError) as refused:
        fetch_rates(source, today=TODAY, patience=patience)
    return str(refused.value)


def test_the_newest_rates_come_as_published(server: Loopback) -> None:
    """What a source answers is kept byte for byte, under the name of its file."""
    server.answers[DAILY] = Answer(bodies.ECB_XML)
    (file,) = fetch_rates(RateSource.ECB, today=TODAY)
    assert (file.filename, file.body) == ("eurofxref-daily.xml", bodies.ECB_XML)


def test_whoever_asks_says_who_it_is(server: Loopback) -> None:
    """The program gives its own name and version, and no browser's."""
    server.answers[DAILY] = Answer(bodies.ECB_XML)
    fetch_rates(RateSource.ECB, today=TODAY)
    ((_, _, _, headers),) = server.asked
    assert headers["User-Agent"].startswith("mcrm-ledger/")


def test_a_long_span_is_asked_in_parts(server: Loopback) -> None:
    """Parts of a span for which there is nothing are left out, as weekends are."""
    span = "2026-01-01/2026-04-03", "2026-04-04/2026-04-05"
    server.answers[f"{TABLES}{span[0]}/?format=json"] = Answer(bodies.NBP_JSON)
    files = fetch_rates(RateSource.NBP, today=TODAY, first=date(2026, 1, 1), last=date(2026, 4, 5))
    assert server.paths == [f"{TABLES}{each}/?format=json" for each in span]
    assert [each.filename for each in files] == ["nbp-a-2026-01-01-2026-04-03.json"]


def test_the_hungarian_bank_is_asked_in_soap(server: Loopback) -> None:
    """The web service is posted a question with its days and currencies."""
    server.answers["/arfolyamok.asmx"] = Answer(bodies.MNB)
    fetch_rates(RateSource.MNB, today=TODAY, first=date(2026, 9, 24), last=date(2026, 9, 25))
    ((method, _, posted, headers),) = server.asked
    assert method == "POST"
    assert b"<startDate>2026-09-24</startDate><endDate>2026-09-25</endDate>" in posted
    assert b"<currencyNames>EUR," in posted
    assert headers["SOAPAction"].endswith('MNBArfolyamServiceSoap/GetExchangeRates"')


@pytest.mark.parametrize(
    ("source", "path", "answer"),
    [
        (RateSource.NBP, "", Answer()),
        (RateSource.INFOREURO, "", Answer()),
        (
            RateSource.CNB,
            "/cnbapi/exrates/daily?date=2026-11-26&lang=EN",
            Answer(b'{\n  "rates": []\n}'),
        ),
    ],
)
def test_nothing_published_is_said_so(
    server: Loopback, source: RateSource, path: str, answer: Answer
) -> None:
    """Where a source has no rates for the days, that is no fault of the network."""
    server.answers[path] = answer
    with pytest.raises(NothingPublishedError, match="has published nothing"):
        fetch_rates(source, today=TODAY)


def test_rates_decided_by_hand_are_not_fetched() -> None:
    """Nobody publishes what people decide."""
    with pytest.raises(NotFetchableError):
        fetch_rates(RateSource.MANUAL, today=TODAY)


@pytest.mark.parametrize("status", [404, 403, 500, 503])
def test_an_error_of_the_source_says_what_to_do(server: Loopback, status: int) -> None:
    """A source that answers with an error is named with its address and the way by hand."""
    server.answers[DAILY] = Answer(b"Sorry", status)
    said = refusal()
    assert f"{server.url}{DAILY}: it refuses (HTTP {status})" in said
    assert "`mcrm rates import FILE --source ecb`" in said


def test_a_source_may_move_a_file_on_its_host(server: Loopback) -> None:
    """A redirect within the host is followed."""
    server.answers[DAILY] = Answer(status=301, location="/new/daily.xml")
    server.answers["/new/daily.xml"] = Answer(bodies.ECB_XML)
    (file,) = fetch_rates(RateSource.ECB, today=TODAY)
    assert file.body == bodies.ECB_XML


@pytest.mark.parametrize(
    "location",
    [
        *("http://localhost:{port}/a", "https://127.0.0.1:{port}/a", "http://127.0.0.1:1/a"),
        *("//example.org/a", "file:///etc/passwd", "http://[/a"),
    ],
)
def test_no_other_host_is_followed(server: Loopback, location: str) -> None:
    """A redirect to another host, port or scheme is refused, and that host is not asked."""
    port = server.url.rpartition(":")[2]
    server.answers[DAILY] = Answer(status=302, location=location.format(port=port))
    assert "sends on to another host" in refusal()
    assert server.paths == [DAILY]


def test_redirects_come_to_an_end(server: Loopback) -> None:
    """A source that sends in circles is left after the third time."""
    server.answers[DAILY] = Answer(status=302, location=DAILY)
    assert "it refuses (redirects)" in refusal()
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    "answer", [Answer(b"x" * 2000), Answer(parts=[b"x" * 500] * 4)], ids=["announced", "not"]
)
def test_too_much_is_not_taken(server: Loopback, answer: Answer) -> None:
    """An answer larger than any file of rates is broken off, whether or not it says its size."""
    server.answers[DAILY] = answer
    assert "larger than any file of rates (1000 B)" in refusal(patience=Patience(largest=1000))


@pytest.mark.parametrize(
    "answer",
    [Answer(parts=[b"x"], pause=1.6), Answer(parts=[b"x"] * 8, pause=0.2)],
    ids=["silent", "dripping"],
)
def test_patience_comes_to_an_end(server: Loopback, answer: Answer) -> None:
    """A source that says nothing, or one letter now and then, is waited for only so long."""
    server.answers[DAILY] = answer
    assert "it takes too long (1 s)" in refusal(patience=Patience(connection=1, answer=1))


def test_no_network_names_the_way_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a connection, address and command are named: the file comes in by hand."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(NotFetchedError) as refused:
            fetch_rates(RateSource.ECB, today=TODAY, hosts={RateSource.ECB: url})
    said = str(refused.value)
    assert f"{url}{DAILY}: there is no connection" in said
    assert "fetch the file by hand from there" in said


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "gopher://127.0.0.1:1"])
def test_an_unusable_proxy_is_named(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """A proxy that this machine names and that cannot be used is said, with the way by hand."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    assert "the proxy that this machine names for it cannot be used" in refusal()


def test_a_certificate_nobody_vouched_for_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A host that cannot prove its name is not believed."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(tmp_path / "host.pem") as loopback:
        monkeypatch.setitem(rate_addresses.HOSTS, RateSource.ECB, loopback.url)
        assert "its certificate cannot be verified, or there is none" in refusal()
        assert loopback.asked == []


def test_a_host_without_tls_is_refused(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that is to have TLS and answers in the open is not believed either."""
    secure = server.url.replace("http:", "https:")
    monkeypatch.setitem(rate_addresses.HOSTS, RateSource.ECB, secure)
    assert "its certificate cannot be verified, or there is none" in refusal()


def test_fetched_rates_are_in_the_books(server: Loopback, books: Engine) -> None:
    """The command adds the rates, keeps the answer, and shows what one euro is by that bank."""
    path = f"{TABLES}2026-03-02/2026-03-03/?format=json"
    server.answers[path] = Answer(bodies.NBP_JSON)
    span = ("--from", "2026-03-02", "--to", "2026-03-03")
    result = run("fetch", "nbp", *span)
    assert result.stdout == "7 new rates, 0 known already, from 2026-03-02 to 2026-03-03.\n"
    shown = run("show", "PLN", "--on", "2026-03-03", "--source", "nbp")
    assert shown.stdout == "EUR 1 = PLN 4.2419 (nbp, 2026-03-03)\n"
    with reading(books) as session:
        (kept,) = session.query(RateBody).all()
        found = file_of(session, kept.sha256)
        assert found is not None
        assert found[1] == bodies.NBP_JSON
    again = json.loads(run("fetch", "nbp", *span, "--json").stdout)
    assert [(each["new"], each["unchanged"]) for each in again] == [(0, 7)]


def test_fetched_rates_are_known_from_when_they_are_in(server: Loopback, books: Engine) -> None:
    """While a source answers slowly others post: its rates are stamped after it, not before."""
    parts = bodies.ECB_XML[:300], bodies.ECB_XML[300:]
    server.answers[DAILY] = Answer(parts=parts, pause=0.5)
    before = now()
    assert run("fetch", "ecb").exit_code == 0
    with reading(books) as session:
        kept = session.scalars(sa.select(RateBody.kept_at)).one()
    assert kept - before >= timedelta(seconds=0.5)


def test_a_page_instead_of_rates_changes_nothing(server: Loopback, books: Engine) -> None:
    """A page of maintenance ends with status 1, and nothing is written."""
    server.answers["/arfolyamok.asmx"] = Answer(b"<!DOCTYPE html><html>Karbantartas</html>")
    result = run("fetch", "mnb")
    assert result.exit_code == 1
    assert "a web page and no file of rates" in result.stderr
    with reading(books) as session:
        assert session.query(RateBody).count() == 0


def test_a_refusal_ends_with_status_one(server: Loopback, books: Engine) -> None:
    """Whoever runs the command at night learns from its status that there are no new rates."""
    result = run("fetch", "ecb")
    assert result.exit_code == 1
    assert "`mcrm rates import FILE --source ecb`" in result.stderr


@pytest.mark.parametrize(
    "span", [("--to", "2026-03-03"), ("--from", "2026-03-03", "--to", "2026-03-02")]
)
def test_a_span_has_its_ends_in_order(span: tuple[str, ...]) -> None:
    """A span without beginning, or from its end to its beginning, is a mistake of the caller."""
    assert run("fetch", "ecb", *span).exit_code == 2
