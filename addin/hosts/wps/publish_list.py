"""Kingsoft's list of add-ins, `publish.xml`: our entry is put in or taken out, all else stays as it is.

WPS, Kingsoft's publish page and the installers of other vendors write the same file. Only the bytes
of our own entry change, so that entries, comments, attributes and an encoding we do not know survive.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

FILE_NAME = "publish.xml"

NAME = "bangdai"
"""What WPS knows our add-in by, together with `TYPE`; in ASCII, for its folder is named by it."""

TYPE = "et"
"""The spreadsheets of WPS; `wps` are its texts, `wpp` its slides."""

_ROOT = "jsplugins"
_TAGS = ("jsplugin", "jspluginonline")
"""An add-in in a folder, an add-in at an address."""

_EMPTY = f'<?xml version="1.0" encoding="UTF-8"?>\n<{_ROOT}>\n</{_ROOT}>\n'
_DECLARED = re.compile(rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_START_TAG = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*(/?)>""")
"""Of a file that is well-formed, which is looked at first."""


class NoList(ValueError):
    """The file is no list of add-ins: not XML, another root, or an encoding that is unknown."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One add-in of the list.

    Attributes:
        tag: `jsplugin` or `jspluginonline`; other vendors may have others.
        attributes: What it says.
    """

    tag: str
    attributes: Mapping[str, str]

    @property
    def is_ours(self) -> bool:
        """Whether WPS takes it for our add-in."""
        named = self.attributes.get("name"), self.attributes.get("type")
        return self.tag in _TAGS and named == (NAME, TYPE)


def our_entry(version: str) -> Entry:
    """Return the entry of our add-in, which lies in a folder beside the list, as wpsjs writes one."""
    return Entry("jsplugin", {
        "name": NAME, "type": TYPE, "url": folder_name(version), "version": version,
        "enable": "enable_dev", "install": "null", "customDomain": "",
    })  # fmt: skip


def folder_name(version: str) -> str:
    """Return the name WPS expects of the folder of this version."""
    return f"{NAME}_{version}"


def entries(content: bytes) -> list[Entry]:
    """Return the add-ins of a list in its order.

    Raises:
        NoList: It cannot be read.
    """
    return [entry for entry, _ in _List.read(content).children]


def with_entry(content: bytes, version: str) -> bytes:
    """Return the list with our entry for a version, once; unchanged where it is there already.

    Args:
        content: The list; b"" where there is none.
        version: Of the add-in.

    Raises:
        NoList: It cannot be read.
    """
    listed = _List.read(content if content.strip() else _EMPTY.encode())
    wanted = our_entry(version)
    if [entry for entry, _ in listed.children if entry.is_ours] == [wanted]:
        return content
    for place in reversed(listed.ours[1:]):
        listed.cut(place)
    if listed.ours:
        listed.replace(listed.ours[0], _written(wanted))
    else:
        listed.append(_written(wanted))
    return listed.content


def without_entry(content: bytes) -> bytes:
    """Return the list without entries of ours; b"" if it was made by us and has no others.

    Raises:
        NoList: It cannot be read.
    """
    if not content.strip():
        return content
    listed = _List.read(content)
    if not listed.ours:
        return content
    for place in reversed(listed.ours):
        listed.cut(place)
    return b"" if listed.content == _EMPTY.encode() else listed.content


def _written(entry: Entry) -> str:
    attributes = "".join(f" {key}={quoteattr(text)}" for key, text in entry.attributes.items())
    return f"<{entry.tag}{attributes}/>"


Place = tuple[int, int]
"""Where an element begins and where it ends, in bytes."""


class _List:
    """A list taken apart; its text is kept in UTF-8, whatever the file's encoding is.

    Attributes:
        children: Every element right under the root, with its place, in order.
    """

    def __init__(self, text: bytes, bom: bytes, encoding: str) -> None:
        self._text, self._bom, self._encoding = text, bom, encoding
        outline = _Outline(text)
        self.children = [(Entry(tag, said), place) for tag, said, place in outline.children]
        self._end = outline.root_end
        self._root_is_empty = outline.root_is_empty

    @classmethod
    def read(cls, content: bytes) -> _List:
        """Take the bytes of a file apart.

        Raises:
            NoList: They are no list.
        """
        bom, encoding = next((p for p in _BOMS if content.startswith(p[0])), (b"", ""))
        body = content.removeprefix(bom)
        declared = _DECLARED.match(body)
        encoding = encoding or (declared[1].decode() if declared else "utf-8")
        try:
            text = body.decode(encoding)
            if text.encode(encoding) != body:
                raise NoList(f"{encoding} does not give the same bytes back")
        except (LookupError, UnicodeError) as problem:
            raise NoList(str(problem)) from problem
        return cls(text.encode(), bom, encoding)

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return self._bom + self._text.decode().encode(self._encoding)

    @property
    def ours(self) -> list[Place]:
        """The places of our entries."""
        return [place for entry, place in self.children if entry.is_ours]

    def replace(self, place: Place, element: str) -> None:
        """Put an element where another is."""
        self._text = self._text[: place[0]] + element.encode() + self._text[place[1] :]

    def cut(self, place: Place) -> None:
        """Take an element away, with the blanks and the line end before it."""
        before = self._text[: place[0]].rstrip()
        self._text = before + self._text[place[1] :]

    def append(self, element: str) -> None:
        """Put an element behind the last one, on a line of its own and as far in as that."""
        end = b"\r\n" if b"\r\n" in self._text else b"\n"
        if self._root_is_empty:
            head, tail = self._text[: self._end].rstrip()[:-2].rstrip(), self._text[self._end :]
            closing = end + f"</{_ROOT}>".encode()
            self._text = head + b">" + end + b"  " + element.encode() + closing + tail
            return
        head = self._text[: self._end].rstrip()
        indent = self._indent()
        self._text = head + end + indent + element.encode() + self._text[len(head) :]

    def _indent(self) -> bytes:
        for _, (start, _) in reversed(self.children):
            before = self._text[:start]
            blanks = before[len(before.rstrip(b" \t")) :]
            if before.rstrip(b" \t").endswith(b"\n"):
                return blanks
        return b"  "


class _Outline:
    """Where in a list its elements are.

    Attributes:
        children: Tag, attributes and place of every element right under the root.
        root_end: Where the end tag of the root begins; where the root ends if it has none.
        root_is_empty: Whether the root is one tag.
    """

    def __init__(self, text: bytes) -> None:
        self.children: list[tuple[str, dict[str, str], Place]] = []
        self.root_end, self.root_is_empty = 0, False
        self._text, self._open = text, list[tuple[str, dict[str, str], int]]()
        parser: Any = expat.ParserCreate("utf-8")  # whatever the file declares: it is decoded
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._ended
        parser.StartDoctypeDeclHandler = self._refuse
        self._parser = parser
        try:
            parser.Parse(text, True)
        except expat.ExpatError as problem:
            raise NoList(str(problem)) from problem

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self._open and tag != _ROOT:
            raise NoList(f"its root is {tag}")
        self._open.append((tag, attributes, self._parser.CurrentByteIndex))

    def _ended(self, _: str) -> None:
        tag, attributes, start = self._open.pop()
        found = _START_TAG.match(self._text, start)
        if found is None:
            raise NoList(f"<{tag}> has an unusual start tag")
        end = self._parser.CurrentByteIndex  # of an element that is one tag, behind it
        if not self._open:
            self.root_is_empty = bool(found[1])
            self.root_end = found.end() if found[1] else end
        elif len(self._open) == 1:
            whole = found.end() if found[1] else self._text.index(b">", end) + 1
            self.children.append((tag, attributes, (start, whole)))

    def _refuse(self, *_: object) -> None:
        raise NoList("it has a document type, which a list of add-ins has not")
