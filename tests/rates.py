"""Rates to test with, as their sources publish them: each with the file that it is read from."""

import hashlib
import json
import zlib
from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.rate_imports import RateBody
from ledger.rate_readers import READERS
from ledger.rate_sources import RateSource
from ledger.rates import ExchangeRate

# By day, by currency.
Rates = Mapping[date, Mapping[str, str]]


def published(
    session: Session, rates: Rates, *, now: datetime, source: RateSource = RateSource.ECB
) -> None:
    """Put rates into the book with their file, as an import does, but beside the audit trail."""
    body = _body(source, rates)
    sha256 = hashlib.sha256(body).digest()
    file = READERS[source](body, filename="rates")
    known = {"sha256": sha256, "source": source.value, "filename": "rates", "kept_at": now}
    if session.get(RateBody, sha256) is None:
        session.execute(sa.insert(RateBody), [known | {"packed": zlib.compress(body)}])
    session.execute(
        sa.insert(ExchangeRate),
        [
            {
                "source": source.value,
                "currency": each.currency,
                "applies_on": each.applies_on,
                "published_on": each.published_on,
                "unit": each.unit,
                "value": each.value,
                "body_sha256": sha256,
                "imported_at": now,
            }
            for each in file.rates
        ],
    )


def _body(source: RateSource, rates: Rates) -> bytes:
    """Write rates as their source publishes them."""
    match source:
        case RateSource.NBP:
            tables = [
                {
                    "table": "A",
                    "no": f"{place}/A/NBP/{on.year}",
                    "effectiveDate": on.isoformat(),
                    "rates": [{"currency": code, "code": code, "mid": 0} for code in said],
                }
                for place, (on, said) in enumerate(sorted(rates.items()), start=1)
            ]
            text = json.dumps(tables)
            for _on, said in sorted(rates.items()):
                for value in said.values():
                    text = text.replace('"mid": 0', f'"mid": {value}', 1)
            return text.encode()
        case RateSource.CNB:
            [code] = {code for said in rates.values() for code in said}
            rows = [
                f"{on:%d.%m.%Y}|{said[code].replace('.', ',')}"
                for on, said in sorted(rates.items())
            ]
            return "\n".join([f"Datum|1 {code}", *rows, ""]).encode()
        case RateSource.INFOREURO:
            spans = [
                f'{{"currencyIso":"{code}","refCurrencyIso":"EUR","amount":{value},'
                f'"dateStart":"{on:%d/%m/%Y}","dateEnd":"{_end(on):%d/%m/%Y}"}}'
                for on, said in sorted(rates.items())
                for code, value in said.items()
            ]
            return f"[{','.join(spans)}]".encode()
        case _:
            codes = sorted({code for said in rates.values() for code in said})
            lines = [
                ",".join([on.isoformat(), *(said.get(code, "N/A") for code in codes)])
                for on, said in sorted(rates.items(), reverse=True)
            ]
            return "\n".join([",".join(["Date", *codes]), *lines, ""]).encode()


def _end(first: date) -> date:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
