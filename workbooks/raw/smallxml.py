"""Parse the small parts of a package as trees, with document types refused."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from workbooks.raw.guard import corrupt, hostile

__all__ = ["local", "parse"]


def local(element: Element) -> str:
    """Return the element's name without its namespace, which Strict packages change."""
    return element.tag.rpartition("}")[2]


def parse(xml: bytes) -> Element:
    """Parse one small part; a DOCTYPE or entity declaration is refused unread."""
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except DefusedXmlException as error:
        raise hostile("XML 中含有 DOCTYPE 或实体声明") from error
    except (ParseError, ValueError, LookupError) as error:
        raise corrupt("XML 读不出") from error
    return root
