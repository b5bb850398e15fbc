"""Mask phones and ID numbers: 138****1234, the real value nowhere in what is handed on.

Two strengths: `mask_phone` for columns that hold phones, where any long number is one, and
`mask_text` for free text, where only mobile and ID numbers are, so that dates, codes and document
numbers survive.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

_GAP = r"[\s\-－—]"
_ID = rf"\d{{6}}{_GAP}?(?:19|20|１９|２０)\d{{6}}{_GAP}?\d{{3}}[\dXxＸｘ]"
_SPACED = rf"[1１][3-9３-９]\d{_GAP}\d{{4}}{_GAP}\d{{4,}}"
_RUN = r"\d{11,}[XxＸｘ]?"
_PERSONAL = re.compile(f"{_ID}|{_SPACED}|{_RUN}")
_LIKELY = re.compile(  # begins with a set, so that it is fast over text without digits
    rf"[0-9０-９](?:[0-9０-９]{{10}}"
    rf"|[3-9３-９][0-9０-９]{_GAP}[0-9０-９]{{4}}{_GAP}"
    rf"|[0-9０-９]{{5}}{_GAP}[12１２][90９０][0-9０-９]{{6}})"
)
_MOBILE = re.compile(r"[1１][3-9３-９]\d{9}")
_ANY_NUMBER = re.compile(r"(?<![\d*])\d(?:[\s\-－—()（）·.]*\d){4,}(?![\d*])")
_ID_DIGITS = 15
"""ID numbers had 15 digits before 1999; bank cards have more."""

_SEPARATOR = "\x00"
_DIGITS = b"0123456789"
_GAPS = b"\t\n\v\f\r\x1c\x1d\x1e\x1f -"  # the ASCII characters of `_GAP`
_WIDE = re.compile("[０-９－—\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
"""Digits and gaps that are not ASCII."""
_SHAPE = bytes.maketrans(_DIGITS + _GAPS, b"0" * len(_DIGITS) + b"-" * len(_GAPS))
_SHAPES = (b"0" * 11, b"000-0000-", b"000000-00000000")


def mask_text(text: str) -> str:
    """Return free text with every mobile number and every ID-like number masked."""
    return _PERSONAL.sub(_masked_run, text) if _LIKELY.search(text) else text


def mask_phone(text: str) -> str:
    """Return the text of a phone column with every number masked, landlines and typos too."""
    return _ANY_NUMBER.sub(lambda match: _covered(_digits(match[0])), mask_text(text))


def mask_texts(texts: list[str]) -> list[str]:
    """Return what `mask_text` makes of each text, looking at those alone that it may change."""
    joined = _SEPARATOR.join(texts)
    likely = [*_likely_places(joined)]
    if not likely:
        return texts
    starts = [0, *accumulate(len(text) + len(_SEPARATOR) for text in texts)]
    masked = [*texts]
    for at in {bisect_right(starts, place) - 1 for place in likely}:
        masked[at] = mask_text(texts[at])
    return masked


def _likely_places(text: str) -> Iterator[int]:
    """Yield places where `_LIKELY` matches, one at least of those that overlap.

    The search begins anew at every digit: on codes, to look for its shapes takes a tenth of its time.
    """
    if _WIDE.search(text):
        yield from (match.start() for match in _LIKELY.finditer(text))
        return
    shape = text.encode("ascii", "replace").translate(_SHAPE)  # a byte for each character
    for likely in _SHAPES:
        at = shape.find(likely)
        while at >= 0:
            if _LIKELY.match(text, at):
                yield at
            at = shape.find(likely, at + 1)


def _masked_run(match: re.Match[str]) -> str:
    run = match[0]
    digits = _digits(run)
    if len(digits) >= _ID_DIGITS:
        return f"{digits[:6]}{'*' * (len(digits) - 10)}{digits[-4:]}"
    if len(run) > len(digits):
        return _covered(digits)
    return _MOBILE.sub(lambda mobile: _covered(mobile[0]), run)


def _covered(digits: str) -> str:
    if "*" in digits:
        return digits
    shown = (3, 4) if len(digits) >= 9 else (1, 2)
    return f"{digits[: shown[0]]}****{digits[-shown[1] :]}"


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit() or c in "XxＸｘ")
