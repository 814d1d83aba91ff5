"""Scales as decisions: drafted, approved by a second person, frozen, superseded, never edited."""

from datetime import date
from fractions import Fraction

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger import scales
from ledger.adjustments import CeilingTooLowError
from ledger.approvals import approve, proposal
from ledger.burden import NoStatesError
from ledger.criteria import DEFAULT_VINTAGE
from ledger.documents import Document, draft, submit_all
from ledger.errors import InputErrors, ProposalChangedError, SelfApprovalError
from ledger.formula_files import formula, toml_text
from ledger.indicators import MissingIndicatorError
from ledger.inputs import read
from ledger.reckoning import reckoned_from
from ledger.scales import (
    LateScaleError,
    NewScale,
    NoScaleError,
    StoredScale,
    UnrepeatableScaleError,
    adopted,
    drafted,
    foresee,
    in_force,
    shared_until,
)
from ledger.verification import verify
from ledger.vintages import import_vintage
from ledger.vocabulary import Purpose
from tests.books import NOW, Books
from tests.document_fields import FIELDS
from tests.documents import booked, made, proposed

OPERATIONS = Purpose.OPERATIONS
FIRST, LATER = date(2016, 11, 21), date(2017, 7, 1)
QUARTER = Fraction(1, 4)
BY_HALF = {"formula": "pop-gdp-50-50", "valid_from": "2017-07-01"}
OWN_FORMULA = toml_text(formula("pop-gdp-50-50")).replace('weight = "1/2"', 'weight = "0.9"', 1)


def test_a_scale_is_frozen_when_it_is_approved(session: Session, books: Books) -> None:
    """Members, values used and exact shares are kept, and lead to the same shares ever after."""
    booked(session, books, "scale", **BY_HALF)
    [scale] = adopted(session)
    assert (scale.number, scale.purpose, scale.valid_from) == (1, OPERATIONS, LATER)
    assert scale.members == ("CZ", "HU", "PL", "SK")
    assert sum(scale.shares.values()) == 1
    assert len(scale.content["used"]) == 8
    assert scale.reckoned().scale.shares == scale.shares


def test_a_scale_posts_nothing(session: Session, books: Books) -> None:
    """Adopting a scale is no event of the books; what it would freeze is shown and bound."""
    document = made(session, books, "scale")
    shown = proposal(session, document)
    assert shown.entries == ()
    assert shown.effect["shares"] == dict.fromkeys(("CZ", "HU", "PL", "SK"), "1/4")
    assert booked(session, books, "scale") == []


def test_nobody_adopts_their_own_scale(session: Session, books: Books) -> None:
    """Whoever drafted a scale cannot approve it, coordinator or not."""
    new = read(NewScale, FIELDS["scale"])
    document = draft(
        session, new, kind="scale", state=None, by=books.coordinator, now=NOW, key="own"
    )
    submit_all(session, [document], by=books.coordinator, now=NOW)
    seen = proposal(session, document).digest
    with pytest.raises(SelfApprovalError):
        approve(session, document, by=books.coordinator, now=NOW, seen=seen)
    assert adopted(session) == []


def test_what_is_adopted_is_what_was_seen(session: Session, books: Books) -> None:
    """If who takes part changed since the coordinator looked, the approval is refused."""
    document = made(session, books, "scale", **BY_HALF)
    submit_all(session, [document], by=books.office, now=NOW)
    seen = proposal(session, document).digest
    booked(session, books, "accession", acceding_state="AT", joined_on="2017-07-01")
    with pytest.raises(ProposalChangedError):
        approve(session, document, by=books.coordinator, now=NOW, seen=seen)


def test_a_newer_scale_supersedes_from_its_first_day(session: Session, books: Books) -> None:
    """Each day has the scale that begins last, and of two for one day the newer one."""
    booked(session, books, "scale")
    booked(session, books, "scale", **BY_HALF)
    assert in_force(session, OPERATIONS, LATER).number == 2
    assert in_force(session, OPERATIONS, date(2017, 6, 30)).number == 1
    booked(session, books, "scale", **{**BY_HALF, "formula": "gni"})
    assert in_force(session, OPERATIONS, LATER).number == 3
    assert [each.number for each in adopted(session, OPERATIONS)] == [1, 2, 3]


def test_pools_have_scales_of_their_own(session: Session, books: Books) -> None:
    """A scale for set-up is none for operations."""
    booked(session, books, "scale", purpose="setup")
    assert in_force(session, Purpose.SETUP, LATER).shares["PL"] == QUARTER
    with pytest.raises(NoScaleError, match="costs of operations is in force on 2017-07-01"):
        in_force(session, OPERATIONS, LATER)


def test_before_its_first_day_no_scale_is_in_force(session: Session, books: Books) -> None:
    """A scale shares no day before the one from which it is valid."""
    booked(session, books, "scale", **BY_HALF)
    with pytest.raises(NoScaleError):
        in_force(session, OPERATIONS, date(2017, 6, 30))


def test_the_past_stays_as_it_was(session: Session, books: Books) -> None:
    """A scale cannot begin on a day whose costs were shared, unless that run is undone first."""
    booked(session, books, "scale")
    booked(session, books, "cost")
    [run] = booked(session, books, "allocation", until_on="2017-06-30")
    assert shared_until(session, OPERATIONS) == date(2017, 6, 30)
    with pytest.raises(LateScaleError, match="operations are shared up to 2017-06-30"):
        proposed(session, books, "scale", valid_from="2017-06-30", formula="gni")
    booked(session, books, "scale", valid_from="2017-07-01", formula="gni")
    undo = {"number": run.number, "effective_on": "2017-07-02", "reason": "the wrong scale"}
    booked(session, books, "reversal", **undo)
    booked(session, books, "scale", valid_from="2017-06-30", formula="gni", description="earlier")
    assert in_force(session, OPERATIONS, date(2017, 6, 30)).number == 3


def test_a_formula_of_ones_own(session: Session, books: Books) -> None:
    """The text of a formula is adopted as one of ours is, and its faults are told."""
    own = OWN_FORMULA.replace('weight = "1/2"', 'weight = "0.1"', 1)
    document = made(session, books, "scale", formula=None, formula_text=own)
    shares = proposal(session, document).effect["shares"]
    assert Fraction(shares["PL"]) > Fraction(58, 100)
    with pytest.raises(InputErrors, match="formula_text: terms: have weights"):
        made(session, books, "scale", formula=None, formula_text=OWN_FORMULA)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"formula": "gdp-only"}, "is not a formula of the mechanism"),
        ({"formula": None}, "name a formula, or give the text of one"),
        ({"formula_text": OWN_FORMULA}, "formula"),
        ({"voucher": ""}, "voucher: is missing"),
        ({"valid_from": "soon"}, "is not a date"),
        ({"indicator_year": "1900"}, "indicator_year"),
    ],
)
def test_what_a_scale_must_say(
    session: Session, books: Books, fields: dict[str, str | None], said: str
) -> None:
    """One formula, a first day, a year and the decision of the states; each fault is named."""
    with pytest.raises(InputErrors, match=said):
        made(session, books, "scale", **fields)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"formula": "gni", "indicator_year": "2025"}, MissingIndicatorError),
        ({"formula": "un-scale-method"}, CeilingTooLowError),
        ({"valid_from": "2010-01-01"}, NoStatesError),
    ],
)
def test_what_cannot_be_reckoned_is_not_adopted(
    session: Session, books: Books, fields: dict[str, str], error: type[Exception]
) -> None:
    """A year without data, a ceiling that cannot hold, a day before the mechanism: told at once."""
    with pytest.raises(error):
        proposed(session, books, "scale", **fields)


def test_imported_indicators_stay_what_they_were(session: Session, books: Books) -> None:
    """A scale on an imported vintage keeps the values themselves, with publisher's digits."""
    rows = "".join(f"{state},2019,gni,{value}\n" for state, value in GNI_2019.items())
    body = b"state,year,indicator,value\n" + rows.encode()
    said = {"vintage": "office-2020", "publisher": "The statistical office"}
    import_vintage(session, body, filename="gni.csv", by=books.office, now=NOW, **said)
    fields = {"formula": "gni", "indicator_year": "2019", "vintage": "office-2020"}
    booked(session, books, "scale", **fields)
    [scale] = adopted(session)
    assert {seen.vintage for seen in scale.reckoned().used} == {"office-2020"}
    assert scale.shares["PL"] == Fraction("510.10") / sum(map(Fraction, GNI_2019.values()))


GNI_2019 = {"CZ": "210.2", "HU": "140.50", "PL": "510.10", "SK": "92"}


def test_a_scale_that_could_not_be_made_again_is_not_adopted(
    session: Session, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would be frozen is reckoned anew before anybody approves it, and must give the same."""
    document = made(session, books, "scale", **BY_HALF)
    other = reckoned_from(foresee(session, made(session, books, "scale")))
    monkeypatch.setattr(scales, "reckoned_from", lambda _content: other)
    with pytest.raises(UnrepeatableScaleError, match="do not lead to the same shares again"):
        proposal(session, document)


def vintage(session: Session, books: Books, name: str, *series: tuple[str, int]) -> None:
    """Import a vintage of some indicators and years, a value for each founder."""
    rows = "".join(
        f"{state},{year},{indicator},{year + place}\n"
        for indicator, year in series
        for place, state in enumerate(("CZ", "HU", "PL", "SK"))
    )
    body = f"state,year,indicator,value\n{rows}".encode()
    about = {"filename": f"{name}.csv", "vintage": name, "publisher": "Office"}
    import_vintage(session, body, **about, by=books.office, now=NOW)


def product(**criteria: str) -> str:
    """Write a formula that multiplies the shares in some criteria."""
    head = 'name="a"\ntitle="a"\nbasis="b"\nsource="c"\ncombine="product"\n'
    measured = (f'[criteria.{name}]\nlabel="{name}"\n{each}\n' for name, each in criteria.items())
    terms = (
        f'[[terms]]\nname="{name}"\nlabel="{name}"\ntransform="share"\ncriterion="{name}"\n'
        for name in criteria
    )
    return head + "".join(measured) + "".join(terms)


def test_a_vintage_is_not_taken_for_one_of_a_longer_name(session: Session, books: Books) -> None:
    """A vintage that was asked for and had nothing to give is looked into again, and no other."""
    vintage(session, books, "est", ("other", 2016))
    vintage(session, books, "est-2", ("population", 2015))
    text = product(
        a='indicator="population"\nvintage="est-2"\nyears=[2015]',
        b=f'indicator="population"\nvintage="{DEFAULT_VINTAGE}"',
    )
    booked(session, books, "scale", formula=None, formula_text=text, vintage="est")
    [scale] = adopted(session)
    assert scale.reckoned().scale.shares == scale.shares
    assert scale.content["looked_in"] == {
        "est": [],
        "est-2": ["population"],
        DEFAULT_VINTAGE: ["population"],
    }
    assert verify(session).well


def test_an_indicator_of_two_vintages_may_be_all_gaps_in_one(
    session: Session, books: Books
) -> None:
    """What a formula took for zero in one vintage is no gap in another, and is so again."""
    vintage(session, books, "V1", ("debt", 2016), ("income", 2016))
    vintage(session, books, "V2", ("debt", 2010), ("pop", 2016))
    text = product(
        a='indicator="debt"\nvintage="V1"',
        b='indicator="income"\nvintage="V1"\ndeduct={indicator="debt",vintage="V2",missing="zero"}',
        p='indicator="pop"\nvintage="V2"',
    )
    booked(session, books, "scale", formula=None, formula_text=text)
    assert verify(session).well


def test_the_document_says_what_was_adopted(session: Session, books: Books) -> None:
    """The stored scale and its document agree on pool and first day."""
    booked(session, books, "scale", **BY_HALF)
    stored = session.scalars(sa.select(StoredScale)).one()
    document = session.get_one(Document, stored.document_id)
    assert (document.kind, document.body["valid_from"]) == ("scale", "2017-07-01")
    said = NewScale.model_validate(document.body)
    assert drafted(session, said).scale.shares == adopted(session)[0].shares
