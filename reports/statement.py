"""What every statement says of itself: its day, the books it comes from, its checks, its proof."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy.orm import Session

from ledger.balances import Cutoff, Head, head
from ledger.i18n import country_name, language_name
from reports.figures import values_digest
from reports.sheet import (
    Block,
    Book,
    Column,
    Fact,
    Facts,
    Fit,
    Formula,
    Kind,
    Paragraph,
    Sheet,
    Table,
    quoted,
)

Gettext = Callable[[str], str]

ALL_STATES = "all"
SHORT_HASH = 12
BASIS_POINT = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Origin:
    """What a statement is about, as of when, and the last entry that the books then knew."""

    kind: str
    # A state's code, or `all`.
    scope: str
    at: Cutoff
    head: Head

    @property
    def as_of(self) -> date:
        """Give the day of its balances."""
        return self.at.as_of

    @property
    def number(self) -> str:
        """Number it by what it is taken from: the same books and day give the same number."""
        return f"{self.scope}/{self.as_of}/{self.head.number}"

    @property
    def generated_at(self) -> datetime:
        """Give the moment of the last entry it knows: the books' own time, not the clock's."""
        return self.head.recorded_at or datetime.combine(self.as_of, time(), tzinfo=UTC)


def origin(session: Session, *, kind: str, scope: str, cutoff: Cutoff) -> Origin:
    """Note where a statement comes from."""
    return Origin(kind, scope, cutoff, head(session, cutoff))


@dataclass(frozen=True, slots=True)
class Check:
    """A figure of the workbook, live, beside the one that the ledger gives for it."""

    text: str
    here: Formula
    ledger: Decimal

    @property
    def difference(self) -> Decimal:
        """Give what the two differ by: zero, or something is wrong."""
        return Decimal(self.here.value) - self.ledger


def checks_sheet(checks: Sequence[Check], _: Gettext) -> Sheet:
    """Set every check out: this workbook, the ledger, the difference and a verdict in words."""
    columns = (
        Column("number", _("No"), Kind.INTEGER),
        Column("check", _("Check"), Kind.WRAPPED),
        Column("here", _("This workbook"), Kind.AMOUNT),
        Column("ledger", _("Ledger"), Kind.AMOUNT),
        Column("difference", _("Difference"), Kind.AMOUNT),
        Column("result", _("Result"), Kind.VERDICT),
    )
    rows = tuple(
        (
            *(number, check.text, check.here, check.ledger),
            Formula("ROUND({here}-{ledger},2)", check.difference),
            _verdict("{difference}=0", _, holds=check.difference == 0),
        )
        for number, check in enumerate(checks, 1)
    )
    note = _("Each figure of this workbook is computed live and held against the ledger's own.")
    blocks = (Table("tblChecks", columns, rows), Paragraph(note))
    return Sheet("checks", _("Checks"), _("Checks"), blocks)


def checks_fact(checks: Sequence[Check], _: Gettext) -> Fact:
    """Sum the checks up in one word for the first sheet."""
    holds = all(check.difference == 0 for check in checks)
    verdict = _verdict('COUNTIF({tblChecks.result},"<>OK")=0', _, holds=holds)
    return Fact(_("Checks"), verdict, Kind.VERDICT, "ChecksOK")


def _verdict(condition: str, _: Gettext, *, holds: bool) -> Formula:
    wrong = _("DIFFERENCE")
    return Formula(f'IF({condition},"OK",{quoted(wrong)})', "OK" if holds else wrong)


def head_facts(about: Origin, _: Gettext) -> tuple[Fact, ...]:
    """Begin a first sheet: the day and the number."""
    return (
        Fact(_("As of"), about.as_of, name="AsOf"),
        Fact(_("Statement number"), about.number, name="StatementId"),
    )


def fulfilment(given: str, fair_share: str, *, of: tuple[Decimal, Decimal]) -> Formula:
    """Divide what was given by the fair share, to four places; 0 where nothing is due."""
    value = (of[0] / of[1]).quantize(BASIS_POINT, ROUND_HALF_UP) if of[1] else Decimal(0)
    return Formula(f"IF({{{fair_share}}}=0,0,ROUND({{{given}}}/{{{fair_share}}},4))", value)


def bound(
    about: Origin,
    sheets: Sequence[Sheet],
    *,
    title: str,
    language: str,
    notes: Sequence[str],
    gettext: Gettext,
) -> Book:
    """Bind sheets to a workbook, with the sheet About, the footer and the properties."""
    _ = gettext
    subtitle = _("%(scope)s · as of %(day)s") % {
        "scope": scope_name(about, language, _),
        "day": about.as_of,
    }
    name = ("MCRM", about.kind, about.scope, about.as_of.isoformat(), str(about.head.number))
    return Book(
        name=(*name, language),
        title=title,
        subtitle=subtitle,
        language=language,
        generated_at=about.generated_at,
        sheets=(*sheets, _about(about, sheets, language=language, notes=notes, gettext=_)),
        footer=f"{about.number} · {about.head.hash.hex()[:SHORT_HASH]}",
        properties={
            "Kind": about.kind,
            "Scope": about.scope,
            "Statement": about.number,
            "AsOf": about.as_of.isoformat(),
            "Head": str(about.head.number),
            "HeadHash": about.head.hash.hex(),
            "Language": language,
        },
    )


def scope_name(about: Origin, language: str, _: Gettext) -> str:
    """Name the state a statement is about, or all of them."""
    if about.scope == ALL_STATES:
        return _("All participating states")
    return country_name(about.scope, language)


def _about(
    about: Origin,
    sheets: Sequence[Sheet],
    *,
    language: str,
    notes: Sequence[str],
    gettext: Gettext,
) -> Sheet:
    _ = gettext
    facts = (
        Fact(_("Statement number"), about.number),
        Fact(_("Subject"), scope_name(about, language, _)),
        Fact(_("As of"), about.as_of),
        Fact(_("Last entry known"), about.head.number, Kind.INTEGER),
        Fact(_("Hash of that entry"), about.head.hash.hex()),
        Fact(_("Recorded at (UTC)"), about.generated_at),
        Fact(_("Language"), language_name(language)),
        Fact(_("Digest of the values"), values_digest(sheets)),
        Fact(_("To verify this file"), "mcrm statement verify FILE"),
    )
    common = (
        _("Every figure is a sum of postings; the entries are named on their lines."),
        _(
            "Amounts are rounded half-up to two decimals, once, when they are posted. "
            "Totals are sums of rounded amounts."
        ),
        _(
            "Rates are units of the currency for one euro, as published on the day named; "
            "an amount is divided by its rate."
        ),
        _("Coloured figures also carry a sign, and coloured verdicts a word."),
    )
    blocks: tuple[Block, ...] = (Facts(facts), *map(Paragraph, (*notes, *common)))
    return Sheet("about", _("About"), _("About this statement"), blocks, Fit.PAGE)
