"""Damage documents as it happens, and as nobody would: bytes, markup, members of a container; seeded.

In: a document and a seed. Out: the damaged document. Reading it may fail with a sentence, never with a traceback.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

from tests.importing.shapes import zip_of

_NUMBERS = (b"0", b"-1", b"1", b"99999999999999999999", b"4294967296", b"1e308", b"NaN", b"", b"\xef\xbc\x91", b"x" * 300)
_TAG = re.compile(rb"<[^<>]{1,400}>")
_VALUE = re.compile(rb"\"[^\"<>]{0,200}\"")
_TEXTS = (
    b"<", b">", b"&", b"&#x0;", b"&#1114112;", b"]]>", b"<!--", b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"<![CDATA[", b"{", b"}",
    b";", b'" onload="', b"data:image/png;base64,A", b"=?utf-8?b?x", b"url(", b"@media", b"%", b"\\",
)  # fmt: skip


def mutated(raw: bytes, dice: random.Random) -> bytes:
    """The document with one to five damages of one kind."""
    if raw[:4] == b"PK\x03\x04" and dice.random() < 0.8:
        return _in_members(raw, dice)
    return _damaged(raw, dice)


def _damaged(raw: bytes, dice: random.Random) -> bytes:
    change = dice.choice((_bytes, _bytes, _markup, _markup, _values))
    for _ in range(dice.randint(1, 5)):
        raw = change(raw, dice)
    return raw


def _bytes(raw: bytes, dice: random.Random) -> bytes:
    at, length = dice.randint(0, len(raw)), dice.choice((1, 1, 2, 8, 64, 1000))
    change: Callable[[], bytes] = dice.choice((
        lambda: raw[:at] + dice.randbytes(length) + raw[at + length :],  # overwritten
        lambda: raw[:at] + raw[at + length :],  # cut out
        lambda: raw[:at] + raw[max(0, at - length) : at] + raw[at:],  # twice
        lambda: raw[:at],  # not downloaded to its end
        lambda: raw[:at] + dice.choice(_TEXTS) + raw[at:],
    ))  # fmt: skip
    return change()


def _markup(raw: bytes, dice: random.Random) -> bytes:
    """Tags taken out, doubled, swapped or nested deeply."""
    tags = list(_TAG.finditer(raw))
    if not tags:
        return _bytes(raw, dice)
    one, two = dice.choice(tags), dice.choice(tags)
    change: Callable[[], bytes] = dice.choice((
        lambda: raw[: one.start()] + raw[one.end() :],
        lambda: raw[: one.start()] + one[0] * dice.choice((2, 3, 300)) + raw[one.end() :],
        lambda: raw[: one.start()] + two[0] + raw[one.end() :],
        lambda: raw[: one.start()] + dice.choice(_TEXTS) + raw[one.start() :],
    ))  # fmt: skip
    return change()


def _values(raw: bytes, dice: random.Random) -> bytes:
    """Values of attributes and numbers replaced by others that nobody expects."""
    values = list(_VALUE.finditer(raw)) or list(re.finditer(rb"\d+", raw))
    if not values:
        return _bytes(raw, dice)
    one, other = dice.choice(values), dice.choice(values)[0]
    value = dice.choice((*_NUMBERS, other.strip(b'"'), *_TEXTS))
    value = b'"' + value + b'"' if one[0].startswith(b'"') else value
    return raw[: one.start()] + value + raw[one.end() :]


def _in_members(raw: bytes, dice: random.Random) -> bytes:
    """Members of a container damaged, dropped, emptied, doubled under another name or exchanged."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name, other = dice.choice(list(members)), dice.choice(list(members))
    if dice.random() < 0.4:  # the largest parts hold the report
        name = max(members, key=lambda key: len(members[key]))
    kind = dice.choice(("damage", "damage", "damage", "damage", "drop", "empty", "exchange", "rename"))
    if kind == "damage":
        members[name] = _damaged(members[name], dice)
    elif kind == "drop":
        del members[name]
    elif kind == "empty":
        members[name] = b""
    elif kind == "exchange":
        members[name], members[other] = members[other], members[name]
    else:
        members[dice.choice((name.upper(), f"/{name}", name.replace("/", "\\"), f"../{name}"))] = members.pop(name)
    return zip_of(members)
