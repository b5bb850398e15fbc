"""Colours as parts of a workbook name them: RGB, the theme's with a tint, or the old palette's."""

from __future__ import annotations

from colorsys import hls_to_rgb, rgb_to_hls

from workbooks.ooxml.markup import attribute
from workbooks.ooxml.package import local, parse

_SWAPPED = (1, 0, 3, 2)  # the theme lists dark before light, its numbers count light first
_LARGEST = 255


def theme_colours(xml: bytes) -> tuple[str, ...]:
    """Return the colours of a theme as `#RRGGBB`, in the order cells number them by."""
    schemes = (item for item in parse(xml).iter() if local(item) == "clrScheme")
    scheme = next(schemes, None)
    if scheme is None:
        return ()
    named = [(item[0].get("lastClr") or item[0].get("val") or "") for item in scheme if len(item)]
    found = [f"#{name[-6:].upper()}" for name in named]
    return tuple(found[at] for at in (*_SWAPPED, *range(len(_SWAPPED), len(found))))


def rgb_of(tag: str, theme: tuple[str, ...]) -> str:
    """Return the colour of an element such as `<fgColor theme="4" tint="0.6">`, "" if unknown.

    Args:
        tag: The element's start tag.
        theme: The theme's colours; see `theme_colours`.
    """
    if rgb := attribute(tag, "rgb"):
        return f"#{rgb[-6:].upper()}"
    number = attribute(tag, "theme")
    if number.isdigit() and int(number) < len(theme):
        return _tinted(theme[int(number)], float(attribute(tag, "tint") or 0))
    number = attribute(tag, "indexed")
    if number.isdigit():
        from openpyxl.styles.colors import COLOR_INDEX  # noqa: PLC0415 - rarely needed, loads slowly

        return f"#{COLOR_INDEX[int(number)][-6:]}" if int(number) < len(COLOR_INDEX) else ""
    return ""


def _tinted(colour: str, tint: float) -> str:
    """Return a colour made lighter or darker (ECMA-376 part 1, 18.8.19)."""
    parts = (int(colour[at : at + 2], 16) / _LARGEST for at in (1, 3, 5))
    hue, light, saturation = rgb_to_hls(*parts)
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "#" + "".join(
        f"{round(part * _LARGEST):02X}" for part in hls_to_rgb(hue, light, saturation)
    )
