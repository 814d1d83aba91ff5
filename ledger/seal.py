"""The chain: what of an entry is hashed, in which exact bytes, and how one seal follows another.

Two levels (reliability.md §3): the content hash is salted and covers every field of an entry and
its postings; the link hash covers the previous link, the content hash and the entry's number. So a
ministry can follow the whole chain from 32 bytes an entry, seeing nobody else's lines.
"""

import hashlib
import json
import unicodedata
from typing import Any

HASH_VERSION = 1
GENESIS = bytes(32)


def canonical(value: Any) -> bytes:
    """Write a value of texts, whole numbers, lists and mappings in its one canonical form.

    Sorted keys, no spaces, UTF-8, texts in Unicode form NFC. Anything else raises TypeError.
    """
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def content_hash(content: dict[str, Any], salt: bytes) -> bytes:
    """Hash an entry's content, fields without a value left out, with its own salt.

    Leaving out the empty fields lets a later version add one without touching what was sealed.
    """
    return hashlib.sha256(salt + canonical(content)).digest()


def link_hash(previous: bytes, content: bytes, number: int) -> bytes:
    """Hash the previous link, the content hash and the number as eight bytes, in this order."""
    return hashlib.sha256(previous + content + number.to_bytes(8, "big")).digest()


def _plain(value: Any) -> Any:
    # Verifying passes here for every field of every posting: the commonest kinds come first.
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if isinstance(value, int):
        return value
    if isinstance(value, dict):
        return {_plain(k): _plain(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")
