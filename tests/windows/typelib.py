"""Excel's type library as an interface definition, from its published object model.

`write_idl(reference, out)` reads PyPI's vba-reference: every class of Excel 16 with its members,
their types and the order and names of methods' parameters. widl compiles what is written. Three
things are not in the reference and stand here: the names of the interfaces behind three classes,
the parameters of properties, and the numbers of members, which are our own.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any

_CALLED_BY_NAME = "Dispatch Interface"
_FROM_OFFICE = ("FileDialog", "FileDialogSelectedItems")
_HIDDEN = {  # the interface that has the members, where it is not the class's own
    "Application": ("_Application", "000208D5"),
    "Workbook": ("_Workbook", "000208DA"),
    "Worksheet": ("_Worksheet", "000208D8"),
}
_OBJECT = "-0000-0000-C000-000000000046"

_PARAMETERS = {  # ! marks what must be given
    "Range.Address": "RowAbsolute ColumnAbsolute ReferenceStyle External RelativeTo",
    "Range.Characters": "Start Length",
    "Range.End": "!Direction",
    "Range.Item": "!RowIndex ColumnIndex",
    "Range._Default": "RowIndex ColumnIndex",
    "Range.Offset": "RowOffset ColumnOffset",
    "Range.Range": "!Cell1 Cell2",
    "Range.Resize": "RowSize ColumnSize",
    "Range.Value": "RangeValueDataType",
    "Worksheet.Range": "!Cell1 Cell2",
    "Application.Range": "!Cell1 Cell2",
    "Application.FileDialog": "!fileDialogType",
}
_INDEXED = {"Item", "_Default"}
"""Of a collection they take an index."""
_NUMBERS = {"_Default": 0, "_NewEnum": -4}
_TYPES = {
    "Variant": "VARIANT",
    "String": "BSTR",
    "Long": "long",
    "Integer": "short",
    "Boolean": "VARIANT_BOOL",
    "Double": "double",
    "Single": "float",
    "Date": "DATE",
    "Currency": "CURRENCY",
    "IUnknown": "IUnknown *",
    "void": "void",
    "LongPtr": "long",
    "LongLong": "hyper",
}
_WORDS_OF_IDL = {"default", "range", "property", "string", "in", "out", "source", "object", "case"}

_HEAD = """\
typedef struct tagVARIANT { long l; } VARIANT; typedef [unique] wchar_t *BSTR;
typedef short VARIANT_BOOL; typedef double DATE; typedef struct tagCY { hyper h; } CURRENCY;
interface IUnknown; interface IDispatch;
[uuid(00020813-0000-0000-C000-000000000046), version(1.9)]
library Excel {
importlib("stdole2.tlb");
"""  # widl knows these types by name only


LACKING_IN_2016 = {
    "Range": {
        "Formula2", "Formula2Local", "Formula2R1C1", "Formula2R1C1Local",
        "HasSpill", "SpillParent", "SpillingToRange", "SavedAsArray", "CommentThreaded",
    },
    "Worksheet": {"CommentsThreaded"},
}  # fmt: skip
"""Members Excel 2016 does not have, by class."""


def write_idl(reference: Path, out: Path, lacking: Mapping[str, Set[str]] | None = None) -> None:
    """Write Excel's interfaces from the wheel of vba-reference, without some of their members."""
    with zipfile.ZipFile(reference) as wheel:
        folder = "vba_reference/data"
        names = [n for n in wheel.namelist() if n.startswith(f"{folder}/excel/json/")]
        names += [f"{folder}/office/json/{name}.json" for name in _FROM_OFFICE]
        classes = [json.loads(wheel.read(n)) for n in names if not Path(n).name.startswith("_")]
    for one in classes:
        gone = (lacking or {}).get(one["name"], ())
        for group in ("properties", "methods"):
            one[group] = [m for m in one.get(group, ()) if m["name"] not in gone]
    kept = [c for c in classes if c["kind"] == _CALLED_BY_NAME or c["name"] in _HIDDEN]
    lines = [_HEAD]
    for number, one in enumerate((c for c in kept if c["properties"] or c["methods"]), 1):
        lines += _interface(one, 1000 * number)
    out.write_text("\n".join([*lines, "};"]) + "\n")


def _interface(one: dict[str, Any], number: int) -> Iterator[str]:
    name, start = _HIDDEN.get(one["name"], (one["name"], ""))
    guid = f"{start}{_OBJECT}" if start else one["guid"].strip("{}")
    yield f"[uuid({guid})]\ndispinterface {name} {{\nproperties:\nmethods:"
    yield from _members(one, number)
    yield "};"


def _members(one: dict[str, Any], number: int) -> Iterator[str]:
    seen = set()
    collection = any(member["name"] == "Count" for member in one["properties"])
    extra = [_ENUMERATOR, _DEFAULT] if collection else []
    for at, member in enumerate([*one["properties"], *extra, *one["methods"]], number):
        name, is_method = member["name"], member["kind"] == "method"
        if name.lower() in seen or (is_method and name.startswith("_")):
            continue
        seen.add(name.lower())
        if is_method:
            yield f"  [id({at})] {_method(member)};"
        else:
            yield from _property(one["name"], member, _NUMBERS.get(name, at), collection)


_ENUMERATOR = {"kind": "property", "name": "_NewEnum", "type": "IUnknown", "access": "read-only"}
_DEFAULT = {"kind": "property", "name": "_Default", "type": "Object", "access": "read-only"}


def _property(owner: str, member: dict[str, Any], number: int, collection: bool) -> Iterator[str]:
    name, kind = member["name"], _type(member["type"])
    indexed = "!Index" if collection and name in _INDEXED else ""
    words = _PARAMETERS.get(f"{owner}.{name}", indexed).split()
    given = [f"[in{'' if w[0] == '!' else ', optional'}] VARIANT {w.strip('!')}" for w in words]
    yield f"  [id({number}), propget] {kind} {name}({', '.join(given)});"
    if member.get("access") != "read-only":
        value = f"[in] {kind} rhs"
        yield f"  [id({number}), propput] void {name}({', '.join([*given, value])});"


def _method(member: dict[str, Any]) -> str:
    words, optional = [], False
    for one in member.get("parameters", []):
        optional = optional or one["optional"]  # none may be required after one that is not
        kind = "[in, optional] VARIANT" if optional else f"[in] {_type(one['type'])}"
        words.append(f"{kind} {_spelt(one['name'])}")
    return f"{_type(member.get('returns') or 'void')} {member['name']}({', '.join(words)})"


def _spelt(name: str) -> str:
    return f"{name}_" if name.lower() in _WORDS_OF_IDL else name


def _type(name: str) -> str:
    """Return a type in the words of IDL; a constant's is a number, a class's an object."""
    if name in _TYPES:
        return _TYPES[name]
    return "long" if name.startswith(("Xl", "Mso")) else "IDispatch *"
