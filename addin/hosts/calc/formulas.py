"""Formula text between Excel's spelling and LibreOffice's own (`,` and `;`, `Sheet!A1` and `.`).

LibreOffice takes and gives whole blocks of formulas only in its own spelling, with English function
names: a block of any size is then one call. Structured references are kept, also in the saved file.
Not translated: links to other workbooks, the intersection and union operators, and `[@column]`
without the table's name before it.
"""

from __future__ import annotations

import re

__all__ = ["from_calc", "to_calc"]

_STRING = r'"(?:[^"]|"")*"'
_SHEET = r"'(?:[^']|'')+'|[^\W\d]\w*"
_COLUMN = r"(?:[^\[\]']|'.)*"  # an apostrophe escapes the letter after it
_STRUCTURED = rf"(?P<table>[^\W\d][\w.]*)\[(?P<inside>(?:{_COLUMN}|\[{_COLUMN}\])*)\]"
_ARRAY = rf"\{{(?P<array>(?:{_STRING}|[^{{}}\"])*)\}}"

_EXCEL = re.compile(
    rf"""(?P<string>{_STRING}) | {_STRUCTURED} | {_ARRAY}
    | (?P<sheet>{_SHEET})! | (?P<separator>,)
    | (?P<prefix>_xlfn\.(?:_xlws\.)?)
    | (?P<truth>\b(?:TRUE|FALSE)\b(?!\s*[(.\w]))
    | (?P<word>[^\W\d][\w.]*)""",
    re.VERBOSE | re.IGNORECASE,
)
_CALC = re.compile(
    rf"""(?P<string>{_STRING}) | {_STRUCTURED} | {_ARRAY}
    | \$(?P<sheet>{_SHEET})\. | (?P<separator>;)
    | (?P<truth>\b(?:TRUE|FALSE)\(\))
    | (?P<word>[^\W\d][\w.]*)""",
    re.VERBOSE,
)
_PART = re.compile(rf"(?P<kept>{_STRING}|\[{_COLUMN}\])|(?P<separator>[,;|])")

_PLAIN_SHEET = re.compile(r"[^\W\d]\w*")
_LIKE_A_CELL = re.compile(r"[A-Z]{1,3}\d+|R\d*C\d*|R|C", re.IGNORECASE)


def to_calc(formula: str) -> str:
    """Return Excel's formula as LibreOffice's block methods take it."""
    return _EXCEL.sub(_calc_token, formula)


def from_calc(formula: str) -> str:
    """Return LibreOffice's formula as Excel shows it."""
    return _CALC.sub(_excel_token, formula)


def _calc_token(match: re.Match[str]) -> str:  # noqa: PLR0911  # one per kind of token
    text = match.group()
    match match.lastgroup:
        case "sheet":
            return f"${_sheet(match['sheet'], always_quoted=True)}."
        case "separator":
            return ";"
        case "prefix":
            return ""
        case "truth":
            return f"{text.upper()}()"
        case "inside":
            return f"{match['table']}[{_separated(_this_row(match['inside']), {',': ';'})}]"
        case "array":
            return f"{{{_separated(match['array'], {',': ';', ';': '|'})}}}"
        case _:
            return text


def _excel_token(match: re.Match[str]) -> str:
    text = match.group()
    match match.lastgroup:
        case "sheet":
            return f"{_sheet(match['sheet'])}!"
        case "separator":
            return ","
        case "truth":
            return text[:-2]
        case "inside":
            return f"{match['table']}[{_separated(match['inside'], {';': ','})}]"
        case "array":
            return f"{{{_separated(match['array'], {';': ',', '|': ';'})}}}"
        case _:
            return text


def _separated(text: str, separators: dict[str, str]) -> str:
    """Exchange separators outside of strings and bracketed names."""
    return _PART.sub(lambda part: separators.get(part.group(), part.group()), text)


def _this_row(inside: str) -> str:
    """Spell out Excel's short form: `@x` and `@[x]` are `[#This Row],[x]`."""
    if not inside.startswith("@"):
        return inside
    columns = inside[1:]
    if not columns:
        return "#This Row"
    return f"[#This Row],{columns if columns.startswith('[') else f'[{columns}]'}"


def _sheet(name: str, *, always_quoted: bool = False) -> str:
    bare = name[1:-1].replace("''", "'") if name.startswith("'") else name
    if not always_quoted and _PLAIN_SHEET.fullmatch(bare) and not _LIKE_A_CELL.fullmatch(bare):
        return bare
    doubled = bare.replace("'", "''")
    return f"'{doubled}'"
