"""References that find a payment's call again: for banks, and for people who type them.

The creditor reference of ISO 11649 takes letters; the variable symbol of Czech and Slovak banks
takes digits alone. Both carry check digits, so that a digit mistyped is found and not paid to
somebody else's call.
"""

import re

SCHEME = "MCRM"
LONGEST = 25
SYMBOL_DIGITS = 10

_CREDITOR = re.compile(r"RF[0-9]{2}[0-9A-Z]{1,21}", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)


def creditor_reference(text: str) -> str:
    """Put RF and two check digits before up to 21 capital letters and digits (ISO 11649)."""
    return f"RF{98 - _mod_97(f'{text}RF00'):02}{text}"


def is_creditor_reference(text: str) -> bool:
    """Whether it is written as one, in capitals without spaces, and its check digits agree."""
    return bool(_CREDITOR.fullmatch(text)) and _mod_97(text[4:] + text[:4]) == 1


def symbol(digits: str) -> str:
    """Put a check digit behind digits (ISO 7064, MOD 11,10): it tells every single one mistyped."""
    return f"{digits}{(11 - _mod_11_10(digits)) % 10}"


def is_symbol(text: str) -> bool:
    """Whether it is a symbol of ten digits, and its check digit agrees."""
    written = bool(_DIGITS.fullmatch(text)) and len(text) == SYMBOL_DIGITS
    return written and symbol(text[:-1]) == text


def plain(text: str) -> str:
    """Write a reference as it is kept: in capitals, without the spaces that banks print."""
    return "".join(text.split()).upper()


def _mod_97(text: str) -> int:
    """Letters count from ten: A is 10, Z is 35."""
    return int("".join(str(int(each, 36)) for each in text)) % 97


def _mod_11_10(digits: str) -> int:
    product = 10
    for digit in digits:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return product
