"""Whether one figure looks like a slip of another."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

SMALL = 10  # below it every figure is near every other
ALIKE = 3  # 6 and 9, 5 and 8: digits that the eye takes for each other differ by no more
_WRITTEN, _ZEROS = 4, 2  # digits of a rounded figure that are compared, the least number of zeros behind them
NEXT = 2  # small figures that differ more are no slip of each other
_NEAR = Decimal("0.05")  # a difference below a twentieth is a slip whatever its digits


@lru_cache(maxsize=4096)  # while a clerk types, nearly all figures stay as they are
def is_typing_slip(value: Decimal, right: Decimal) -> bool:
    """One digit changed, left out, put in or swapped with its neighbour.

    Small figures and differences of one or a twentieth always are slips. Of a long figure that is rounded, 203.57 万 for 2305718,
    the digits that are written are compared.
    """
    one, other = format(value.normalize(), "f"), format(right.normalize(), "f")
    if max(value, right) < SMALL or abs(value - right) <= max(right * _NEAR, Decimal(1)):
        return True
    written = one.rstrip("0")
    if _WRITTEN <= len(written) <= len(one) - _ZEROS and "." not in one and not other.endswith("00"):
        one, other = written, str((right / 10 ** (len(one) - len(written))).to_integral_value())
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1 or sorted(one) == sorted(other)
    long, short = sorted((one, other), key=len, reverse=True)
    return len(long) - len(short) == 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def has_swapped_neighbours(value: Decimal, right: Decimal) -> bool:
    """318 for 381: two digits side by side are in the other order, and nothing else is different."""
    one, other = str(value), str(right)
    differing = [at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    beside = len(one) == len(other) and len(differing) == 2 and differing[1] == differing[0] + 1
    return beside and one[differing[0]] == other[differing[1]] and one[differing[1]] == other[differing[0]]


def is_near(value: Decimal, expected: Decimal) -> bool:
    """A figure that may be a slip of another; of small ones only the next."""
    return abs(value - expected) <= NEXT or (min(value, expected) >= SMALL and is_typing_slip(value, expected))
