"""Fetching published rates from their sources, on a machine that has a network.

The program asks nobody but the hosts of `rate_addresses`, and only when it is told to. Certificates
are verified, no other host is followed, and neither size nor patience is without end.
"""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import anyio
import httpx2

from api.rate_addresses import HOSTS, RateRequest, rate_requests
from ledger.errors import LedgerError
from ledger.i18n import N_, Message
from ledger.rate_files import LARGEST_FILE
from ledger.rate_sources import RateSource

MOST_REDIRECTS = 3

NO_CONNECTION = N_("there is no connection")
NO_TLS = N_("its certificate cannot be verified, or there is none")
TOO_SLOW = N_("it takes too long")
ELSEWHERE = N_("it sends on to another host, which is not followed")
TOO_LARGE = N_("its answer is larger than any file of rates")
REFUSED = N_("it refuses")
NO_PROXY = N_("the proxy that this machine names for it cannot be used")


class NotFetchedError(LedgerError):
    """A source that could not be asked, or whose answer is none."""

    code = "rates-not-fetched"
    message = N_(
        "Nothing was written. %(address)s: %(reason)s (%(detail)s). Try again later, or fetch the "
        "file by hand from there, where there is a network, and bring it in with "
        "`mcrm rates import FILE --source %(source)s`."
    )


class NotFetchableError(LedgerError):
    """A source that publishes nowhere."""

    code = "rates-not-fetchable"
    message = N_("%(source)s publishes no rates that could be fetched.")


class NothingPublishedError(LedgerError):
    """Days for which a source has published nothing."""

    code = "nothing-published"
    message = N_(
        "%(source)s has published nothing for these days: ask for others, or wait until its rates "
        "are out."
    )


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """What a source answered, byte for byte, and the name it is kept under."""

    filename: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds to wait for a connection and for a whole answer, and how much to take."""

    connection: int = 15
    answer: int = 120
    largest: int = LARGEST_FILE


def fetch_rates(
    source: RateSource,
    *,
    today: date,
    first: date | None = None,
    last: date | None = None,
    hosts: Mapping[RateSource, str] = HOSTS,
    patience: Patience = Patience(),
) -> list[FetchedFile]:
    """Fetch the files with the rates of a span; without one, the newest.

    Raises NotFetchedError, NotFetchableError and NothingPublishedError, each with what to do.
    """
    if source not in hosts:
        raise NotFetchableError(source=source.upper())
    requests = rate_requests(source, first=first, last=last, today=today)
    files = anyio.run(_all, source, hosts[source], requests, patience)
    if not files:
        raise NothingPublishedError(source=source.upper())
    return files


async def _all(
    source: RateSource, host: str, requests: Sequence[RateRequest], patience: Patience
) -> list[FetchedFile]:
    headers = {
        "User-Agent": f"mcrm-ledger/{version('mcrm-ledger')} (mcrm rates fetch)",
        # Packed, an answer could swell after it was measured.
        "Accept-Encoding": "identity",
    }
    files = []
    timeout = httpx2.Timeout(patience.answer, connect=patience.connection)
    try:
        client = httpx2.AsyncClient(headers=headers, timeout=timeout)
    except (ImportError, ValueError, httpx2.InvalidURL) as error:
        detail = str(error).splitlines()[0]
        raise NotFetchedError(
            address=host, reason=NO_PROXY, detail=detail, source=source.value
        ) from error
    async with client:
        for request in requests:
            body = await _Question(client, source, host, patience).ask(request)
            if body is not None and not _is_empty(body):
                files.append(FetchedFile(request.filename, body))
    return files


def _is_empty(body: bytes) -> bool:
    """Whether an answer says that there is nothing, as in January before a year's first rates."""
    return b"".join(body[:100].split()) == b'{"rates":[]}'


@dataclass(frozen=True, slots=True)
class _Question:
    client: httpx2.AsyncClient
    source: RateSource
    host: str
    patience: Patience

    async def ask(self, request: RateRequest) -> bytes | None:
        """Give the answer to a request; None where the source says that there is none."""
        address = httpx2.URL(self.host + request.path)
        try:
            with anyio.fail_after(self.patience.answer):
                return await self._followed(address, request)
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise self._refusal(address, TOO_SLOW, f"{self.patience.answer} s") from error
        except httpx2.RequestError as error:
            reason = NO_TLS if _is_of_tls(error) else NO_CONNECTION
            raise self._refusal(address, reason, str(error) or type(error).__name__) from error

    async def _followed(self, address: httpx2.URL, request: RateRequest) -> bytes | None:
        for _ in range(MOST_REDIRECTS + 1):
            async with self.client.stream(
                "GET" if request.posted is None else "POST",
                address,
                content=request.posted,
                headers=_headers(request),
            ) as response:
                if not response.has_redirect_location:
                    return await self._answer(address, response)
                address = self._next(address, response.headers["location"])
        raise self._refusal(address, REFUSED, "redirects")

    async def _answer(self, address: httpx2.URL, response: httpx2.Response) -> bytes | None:
        if response.status_code == httpx2.codes.NOT_FOUND and self.source in _SAY_NOT_FOUND:
            return None
        if response.status_code != httpx2.codes.OK:
            raise self._refusal(address, REFUSED, f"HTTP {response.status_code}")
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > self.patience.largest:
                raise self._refusal(address, TOO_LARGE, f"{self.patience.largest} B")
        return bytes(body)

    def _next(self, address: httpx2.URL, location: str) -> httpx2.URL:
        try:
            following = address.join(location)
        except httpx2.InvalidURL as error:
            raise self._refusal(address, ELSEWHERE, "?") from error
        if _origin(following) != _origin(address):
            raise self._refusal(address, ELSEWHERE, following.host)
        return following

    def _refusal(self, address: httpx2.URL, reason: Message, detail: str) -> NotFetchedError:
        return NotFetchedError(
            address=str(address), reason=reason, detail=detail, source=self.source.value
        )


# Weekends, and months that are not out yet.
_SAY_NOT_FOUND = {RateSource.NBP, RateSource.INFOREURO}


def _headers(request: RateRequest) -> dict[str, str]:
    if request.posted is None:
        return {}
    return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{request.action}"'}


def _origin(address: httpx2.URL) -> tuple[str, str, int | None]:
    return address.scheme, address.host, address.port


def _is_of_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
