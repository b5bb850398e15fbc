"""The generated VBA of the add-in: pure ASCII text, xlwings' module cut down, formula wrappers.

ASCII: a VBA project stores its text in one 8-bit code page. Pure ASCII is the same in all of them,
so the add-in reads alike on a Chinese and on an English Windows. A Chinese literal becomes a call
that builds it with ChrW.

xlwings' module: the text comes from the installed xlwings (BSD 3-clause, outside `xlwings.pro`), so
its version is the one of the DLLs beside the interpreter. Its licence stays at the top.

Wrappers: VBA functions that hand a formula's arguments to Python, and their help in the function
wizard. A formula is a plain function whose name is the formula's. Its docstring's first paragraph
and the `{"doc": …}` of each annotated argument are what the wizard shows, where xlwings finds them
too:

    def BD_DATE(text: Annotated[list, {"doc": "日期所在的单元格"}, …]): ...

The text is what `xlwings.udfs.generate_vba_wrapper` writes, which runs on Windows only (a test
holds the two together), but for two things: the add-in itself is named as the workbook, for xlwings
looks for code in that workbook's sheets, and no ledger may bring any; and a failure is a Chinese
sentence.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, get_type_hints

from addin.buttons import TAB

_TOKEN = re.compile(r"""("(?:[^"]|"")*")|('.*)|([^"']+|["'])""")
_NO_CALL = re.compile(
    r"^\s*(?:(?:Public|Private|Global)\s+)?Const\b|^\s*Attribute\b|^\s*#|\bDeclare\b", re.IGNORECASE
)
"""Statements in which VBA allows no function call."""

_PIECE = 120
"""Characters in one call, 4 hexadecimal digits each: a line of VBA has at most 1023 characters."""
_LONGEST_LINE = 1023


def ascii_source(text: str, name: str) -> str:
    """Return VBA source in which only ASCII is left: literals coded, Chinese comments removed.

    Args:
        text: The source as written, with any line ends.
        name: The module's name, for the message.

    Raises:
        ValueError: Chinese stands where VBA takes none: in a name or in a constant.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(_ascii_line(line, f"{name}:{at}") for at, line in enumerate(lines, 1))


def quoted(text: str) -> str:
    """Return a VBA literal; it may hold Chinese, which `ascii_source` codes later."""
    return '"' + text.replace('"', '""') + '"'


def _ascii_line(line: str, place: str) -> str:
    if line.isascii():
        return line
    coded = "".join(_ascii_token(token, line, place) for token in _TOKEN.finditer(line))
    if any(len(part) > _LONGEST_LINE for part in coded.split("\n")):
        raise ValueError(f"{place}: the line is too long for VBA once its text is coded")
    return coded


def _ascii_token(token: re.Match[str], line: str, place: str) -> str:
    literal, comment, code = token.groups()
    if token[0].isascii():
        return token[0]
    if comment is not None:
        return ""
    if code is not None:
        raise ValueError(f"{place}: only text in quotes may be Chinese: {code.strip()}")
    if _NO_CALL.search(line):
        raise ValueError(f"{place}: a constant or an attribute must be ASCII: {literal}")
    return _calls(literal[1:-1].replace('""', '"'))


def _calls(text: str) -> str:
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
    calls = [f'Han("{piece.encode("utf-16-be").hex().upper()}")' for piece in pieces]
    return calls[0] if len(calls) == 1 else "(" + " & _\n        ".join(calls) + ")"


# --- formulas -------------------------------------------------------------------------------------

FORMULAS_MODULE = "addin.formulas"

_LONGEST = 255
"""Characters of a description Excel accepts."""

_RESERVED = frozenset({
    "and", "as", "boolean", "byref", "byte", "byval", "call", "case", "const", "currency",
    "date", "declare", "dim", "do", "double", "each", "else", "empty", "end", "enum", "error",
    "event", "exit", "false", "for", "function", "get", "goto", "if", "in", "input", "integer",
    "is", "let", "like", "lock", "long", "loop", "me", "mod", "name", "new", "next", "not",
    "nothing", "null", "object", "on", "open", "option", "optional", "or", "print", "private",
    "property", "public", "put", "redim", "rem", "resume", "return", "seek", "select", "set",
    "single", "static", "step", "stop", "string", "sub", "then", "to", "true", "type", "unlock",
    "until", "variant", "wend", "while", "with", "write", "xor",
})  # fmt: skip
"""Names VBA takes for words of its own."""


@dataclass(frozen=True)
class Argument:
    """One argument: its name, its Chinese description, and whether it may be left out."""

    name: str
    doc: str
    optional: bool


@dataclass(frozen=True)
class Formula:
    """One formula as the sheet sees it."""

    name: str
    doc: str
    arguments: tuple[Argument, ...]


def describe(function: Callable[..., Any]) -> Formula:
    """Return what a function's signature, annotations and docstring say of it.

    Raises:
        ValueError: Excel or VBA would not take it: no description, one over 255 characters, an
            argument that is keyword-only, of variable length or named by a word of VBA.
    """
    name = function.__name__
    hints = get_type_hints(function, include_extras=True)
    parameters = inspect.signature(function).parameters.values()
    formula = Formula(
        name,
        " ".join(inspect.cleandoc(function.__doc__ or "").split("\n\n")[0].split()),
        tuple(
            Argument(one.name, _doc(hints.get(one.name)), one.default is not one.empty)
            for one in parameters
        ),
    )
    if any(one.kind is not one.POSITIONAL_OR_KEYWORD for one in parameters):
        raise ValueError(f"{name}: a formula takes plain arguments only")
    _refuse_what_excel_refuses(formula)
    return formula


def wrapper_source(formulas: Sequence[Formula], module: str = FORMULAS_MODULE) -> str:
    """Return the source of the VBA module with one function for each formula."""
    return "Option Explicit\n" + "".join(_function(one, module) for one in formulas)


def help_source(formulas: Sequence[Formula]) -> str:
    """Return the source that tells the function wizard about every formula, run on opening.

    Excel refuses descriptions for a hidden workbook, which an add-in is: it is shown for a moment
    with the screen held still.
    """
    calls = "".join(f"    Describe_{one.name}\n" for one in formulas)
    return (
        "Option Explicit\nOption Private Module\n\nPublic Sub DescribeFormulas()\n"
        "    On Error GoTo Done\n"
        "    Application.ScreenUpdating = False\n"
        "    ThisWorkbook.IsAddin = False\n"
        f"{calls}"
        "Done:\n"
        "    On Error Resume Next\n"
        "    ThisWorkbook.IsAddin = True\n"
        "    ThisWorkbook.Saved = True\n"
        "    Application.ScreenUpdating = True\n"
        "End Sub\n" + "".join(_description(one) for one in formulas)
    )


def _doc(hint: object) -> str:
    for extra in getattr(hint, "__metadata__", ()):
        if isinstance(extra, dict) and "doc" in extra:
            return str(extra["doc"])
    return ""


def _refuse_what_excel_refuses(formula: Formula) -> None:
    for what, doc in [(formula.name, formula.doc), *((a.name, a.doc) for a in formula.arguments)]:
        if not 0 < len(doc) <= _LONGEST:
            raise ValueError(
                f"{formula.name}: the description of {what} has {len(doc)} characters, not 1 to 255"
            )
    for one in formula.arguments:
        if one.name.lower() in _RESERVED or one.name.startswith("_") or not one.name.isascii():
            raise ValueError(f"{formula.name}: VBA takes no argument named {one.name}")


def _function(formula: Formula, module: str) -> str:
    declared = ", ".join(("Optional " if a.optional else "") + a.name for a in formula.arguments)
    handed = ", ".join(a.name for a in formula.arguments)
    return (
        f"\nFunction {formula.name}({declared})\n"
        "    If TypeOf Application.Caller Is Range Then On Error GoTo failed\n"
        f'    {formula.name} = XLPy.CallUDF("{module}", "{formula.name}", '
        f"Array({handed}), ThisWorkbook, Application.Caller)\n"
        "    Exit Function\n"
        "failed:\n"
        f"    {formula.name} = NotStarted(Err.Description)\n"
        "End Function\n"
    )


def _description(formula: Formula) -> str:
    arguments = formula.arguments
    lines = [f"    about = {quoted(formula.doc)}"]
    lines += [f"    args({at}) = {quoted(one.doc)}" for at, one in enumerate(arguments)]
    declared = f", args(0 To {len(arguments) - 1}) As Variant" if arguments else ""
    handed = ", ArgumentDescriptions:=args" if arguments else ""
    return (
        f"\nPrivate Sub Describe_{formula.name}()\n"
        f"    Dim about As String{declared}\n" + "\n".join(lines) + "\n"
        f'    Application.MacroOptions Macro:="\'" & ThisWorkbook.Name & "\'!{formula.name}", _\n'
        f"        Description:=about, Category:={quoted(TAB)}{handed}\n"
        "End Sub\n"
    )


# --- xlwings' module ------------------------------------------------------------------------------

PROJECT = "bangdai"
"""Names the user's configuration file: `%USERPROFILE%\\.bangdai\\bangdai.conf`."""

_KEPT = (
    "XLPyLoadDLL",
    "XLPy",
    "GetConfigFilePath",
    "GetConfigFromFile",
    "WScript",
    "FileExists",
    "FileExistsOnWindows",
    "FileOrFolderExistsOnMac",
    "ParentFolder",
    "ExpandEnvironmentStrings",
    "GetMacDir",
)
"""Taken over but for being private. All that asks the active workbook or its folder is left out."""

_PUBLIC = ("XLPy",)
"""What the formulas' wrappers call. A public Function could be called by any workbook's formula."""

_FIRST = "\nPublic Function RunPython("
_NAME_LINE = 'PROJECT_NAME As String = "myaddin"'


def xlwings_module() -> str:
    """Return the source of the module `xlwings`: declarations, kept procedures, our replacements.

    Raises:
        ValueError: The installed xlwings is laid out differently: look at it before building.
    """
    original = _original()
    head, separator, _ = original.partition(_FIRST)
    if not separator or head.count(_NAME_LINE) != 1:
        raise ValueError("xlwings_custom_addin.bas has another layout: check what is taken from it")
    head = head.replace(_NAME_LINE, f'PROJECT_NAME As String = "{PROJECT}"')
    head = re.sub(r'^Attribute VB_Name = "xlwings"\n', "", head)
    ours = files("addin.hosts.excel").joinpath("vba", "xlwings_replaced.bas").read_text("utf-8")
    return "\n\n".join(
        [
            "Option Private Module",
            head.strip(),
            *(_procedure(original, name) for name in _KEPT),
            ours,
        ]
    )


def xlwings_version() -> str:
    """Return the version the module's text states; the DLLs are named by it."""
    stated = re.search(r'XLWINGS_VERSION As String = "([^"]+)"', _original())
    if not stated:
        raise ValueError("xlwings_custom_addin.bas states no version")
    return stated[1]


def _original() -> str:
    text = files("xlwings").joinpath("xlwings_custom_addin.bas").read_text("utf-8")
    return text.replace("\r\n", "\n")


def _procedure(text: str, name: str) -> str:
    procedures = re.findall(
        rf"^(?:Public |Private )?(Function|Sub) ({name})\b(.*?)^End \1$",
        text,
        re.MULTILINE | re.DOTALL,
    )
    if len(procedures) != 1:
        raise ValueError(
            f"xlwings_custom_addin.bas has {len(procedures)} procedures {name}, expected one"
        )
    kind, _, rest = procedures[0]
    scope = "Public" if name in _PUBLIC else "Private"
    return f"{scope} {kind} {name}{rest}End {kind}"
