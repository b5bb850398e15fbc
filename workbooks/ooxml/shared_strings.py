"""The shared strings of an .xlsx, by far its largest part of plain text."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from workbooks.ooxml.markup import Irregular, unescaped, unescaped_units
from workbooks.ooxml.package import local, parse

_SIMPLE = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t>(?:<phoneticPr [^>]*/>)?</si>')
_PHONETIC = re.compile(r"<phoneticPr [^>]*/>")
_ITEM = re.compile(r"<si>(.*?)</si>|<si/>", re.DOTALL)
_BETWEEN = "</t></si><si><t>"
_RUN = re.compile(r"<t(?: [^>]*)?>([^<]*)</t>")
_READING = re.compile(r"<rPh .*?</rPh>", re.DOTALL)


class SharedStrings:
    """The shared strings of a book.

    Attributes:
        texts: The strings by index.
        canonical: For each index the first index with the same text, -1 for ""; None where every
            text is distinct and none is empty.
    """

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        distinct = set(texts)
        self.canonical: NDArray[np.int64] | None = None
        if len(distinct) != len(texts) or "" in distinct:
            first: dict[str, int] = {"": -1}
            self.canonical = np.array(
                [first.setdefault(text, index) for index, text in enumerate(texts)], np.int64
            )


def shared_strings(xml: bytes) -> list[str]:
    """Return the shared strings; the declared counts are not believed, the strings are counted."""
    try:
        items = _split_items(xml.decode(), xml)
    except (UnicodeDecodeError, Irregular):
        return _shared_tree(xml)
    return _plain_all(xml, items)


def _split_items(text: str, xml: bytes) -> list[str]:
    """Return the raw text of each item; every "<" must be accounted for.

    Raises:
        Irregular: The XML has comments, CDATA, prefixes or whatever else needs a real parser.
    """
    tags = int(np.count_nonzero(np.frombuffer(xml, np.uint8) == ord("<")))
    # Neither a space flag nor a note can be part of a text, whose "<" is escaped.
    shorter = text.replace('<t xml:space="preserve">', "<t>")
    items = _uniform_items(shorter, tags)
    if items is None and (note := _PHONETIC.search(shorter)):
        # Chinese Excel notes "no phonetic reading" at each text
        before = len(shorter)
        shorter = shorter.replace(note[0], "")
        tags -= (before - len(shorter)) // len(note[0])
        items = _uniform_items(shorter, tags)
    if items is not None:
        return items
    if "<!" in text or ":si>" in text:
        raise Irregular("shared strings")
    count = text.count("</si>") + text.count("<si/>")
    items = _SIMPLE.findall(text)
    if len(items) != count:
        items = ["".join(_RUN.findall(_READING.sub("", item))) for item in _ITEM.findall(text)]
    if not count or len(items) != count:
        raise Irregular("shared strings")
    return items


def _uniform_items(text: str, tags: int) -> list[str] | None:
    """Return the items if all are written `<si><t>…</t></si>`, given the number of tags."""
    begin, end = text.find("<si>"), text.rfind("</t></si></sst>")
    if not 0 <= begin < end or not text.startswith("<si><t>", begin):
        return None
    items = text.split(_BETWEEN)
    if tags != 4 * len(items) + text.count("<", 0, begin) + 1:
        return None
    items[-1] = items[-1][: end - len(text)]
    items[0] = items[0][begin + 7 :]
    return items


def _plain_all(xml: bytes, items: list[str]) -> list[str]:
    marks = [mark for mark in ("&", "_x", "\r") if mark.encode() in xml]
    marked = {index for mark in marks for index, item in enumerate(items) if mark in item}
    try:
        for index in marked:
            items[index] = unescaped(items[index])
    except Irregular:
        return _shared_tree(xml)
    return items


def _shared_tree(xml: bytes) -> list[str]:
    return [unescaped_units(text_of(item)) for item in parse(xml) if local(item) == "si"]


def text_of(element: Element) -> str:
    """Return the text of a string item or cell: its runs without the phonetic reading."""
    if local(element) == "t":
        return element.text or ""
    return "".join(text_of(child) for child in element if local(child) != "rPh")
