"""Crossing: what brings postings of several currencies into balance (books.md rows 4b and 12).

Money crosses currencies only through account 1090, so that every currency sums to zero by itself;
what it is worth more or less in euro than it stood at is a realised exchange difference.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from ledger.accounts import Book, account
from ledger.journal import NewPosting
from ledger.money import ZERO

CLEARING, REALISED = "1090", "5110"


def in_balance(
    postings: Iterable[NewPosting], *, difference: str = REALISED
) -> tuple[NewPosting, ...]:
    """Add to postings what balances the accounts in each currency and in euro.

    `difference` takes what is left in euro: a debit is a loss. Postings in the burden and the
    memorandum book are left as they are. What is added says purpose, activity and state as the
    first posting does.
    """
    given = tuple(postings)
    own = [each for each in given if account(each.account).book is Book.ACCOUNTS]
    amounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
    euros: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for each in own:
        amounts[each.currency] += each.amount
        euros[each.currency] += each.euro
    crossed = [code for code in sorted(amounts) if amounts[code]]
    added = [_like(own[0], CLEARING, code, -amounts[code], -euros[code]) for code in crossed]
    cleared = sum((euros[code] for code in crossed), ZERO)
    if cleared:
        added.append(_like(own[0], CLEARING, "EUR", ZERO, cleared))
        added.append(_like(own[0], difference, "EUR", ZERO, -cleared))
    added += [
        _like(own[0], difference, code, ZERO, -euros[code])
        for code in sorted(set(amounts) - set(crossed))
        if euros[code]
    ]
    return (*given, *added)


def _like(
    first: NewPosting, account_code: str, currency: str, amount: Decimal, euro: Decimal
) -> NewPosting:
    return replace(
        first,
        account=account_code,
        currency=currency,
        amount=amount,
        euro=euro,
        rate=None,
        form=None,
        item=None,
        due_on=None,
    )
