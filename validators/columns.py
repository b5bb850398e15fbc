"""One column of a ledger sheet: everything a field knows beyond its type.

A field of a sheet's model is written once,

    members: Annotated[int, Field(ge=0), column("党员数", width=8, help="在册正式党员人数")]

and the template, its dropdown and input message, the reader, the validation, the consolidated
workbook and the documentation all follow from that line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, get_args, get_origin

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo


class Kind(Enum):
    """How a column's cells are formatted; derived from the field's type."""

    TEXT = "text"
    DAY = "yyyy-mm-dd"
    MONTH = "yyyy-mm"
    INTEGER = "integer"
    DECIMAL = "decimal"


class Fill(Enum):
    """Who fills a column."""

    CLERK = "clerk"
    """Typed by the clerk; in a generated sheet such a column survives a re-run."""
    LOOKUP = "lookup"
    """A native look-up formula; never counts as typed."""
    COMPUTED = "computed"
    """Written by bangdai from other sheets."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A native look-up: find the code of field `key` and show `heading` of the sheet it names.

    Attributes:
        key: Field of the same sheet whose code is looked up.
        fields: (sheet key, field) pairs tried in turn.
    """

    key: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Look:
    width: float
    synonyms: tuple[str, ...]
    source: str
    fill: Fill
    lookup: Lookup | None
    mask: bool
    printed: bool
    recommended: bool
    past: bool
    strict: bool


@dataclass(frozen=True, slots=True, eq=False)  # one of a kind, and a key of hot caches
class Column:
    """A resolved column of one sheet.

    Attributes:
        field: Name of the model's field.
        heading: The heading as the template shows it.
        help: One sentence for the clerk: the heading's input message.
        width: In characters of the body font.
        synonyms: Other headings accepted on reading.
        source: Name of the workbook list that feeds a dropdown where the type does not.
        fill: Who fills the column.
        lookup: The look-up behind a `Fill.LOOKUP` column.
        mask: A personal phone: masked in consolidated and published files.
        printed: Whether the column belongs to the print area.
        required: A row without it is rejected.
        recommended: A row without it gets a notice and the native missing mark.
        past: A date that cannot lie behind the as-of date.
        strict: Whether the native dropdown refuses other values.
        kind: How cells are formatted.
        choices: The dropdown's words where the type is a closed list.
        annotation: The field's type, for the documentation.
    """

    field: str
    heading: str
    help: str
    width: float
    synonyms: tuple[str, ...]
    source: str
    fill: Fill
    lookup: Lookup | None
    mask: bool
    printed: bool
    required: bool
    recommended: bool
    past: bool
    strict: bool
    kind: Kind
    choices: tuple[str, ...]
    annotation: Any
    metadata: tuple[Any, ...]


def column(  # noqa: PLR0913  # keyword-only facts of one column
    heading: str,
    *,
    help: str,  # noqa: A002  # the word every user of forms knows
    width: float = 10,
    synonyms: tuple[str, ...] = (),
    source: str = "",
    fill: Fill = Fill.CLERK,
    lookup: Lookup | None = None,
    mask: bool = False,
    printed: bool = True,
    recommended: bool = False,
    past: bool = False,
    strict: bool = True,
) -> Any:
    """Describe a column; goes into a field's `Annotated` metadata.

    Returns:
        A `FieldInfo` whose validation alias is the heading, so that rows keyed by heading
        validate directly and `ValidationError.loc` is the heading.
    """
    info: FieldInfo = Field(validation_alias=heading, title=heading, description=help)
    if lookup:
        fill = Fill.LOOKUP
    info.metadata.append(
        _Look(width, synonyms, source, fill, lookup, mask, printed, recommended, past, strict)
    )
    return info


def columns_of(model: type[BaseModel]) -> tuple[Column, ...]:
    """Return the columns of `model` in field order."""
    return tuple(_resolve(name, info) for name, info in model.model_fields.items())


def _resolve(name: str, info: FieldInfo) -> Column:
    look = next((item for item in reversed(info.metadata) if isinstance(item, _Look)), None)
    if look is None:
        raise TypeError(f"field {name!r} has no column(...)")
    parts = list(_parts(info.annotation))
    enum = next((t for t in parts if isinstance(t, type) and issubclass(t, StrEnum)), None)
    return Column(
        field=name,
        heading=info.title or name,
        help=info.description or "",
        width=look.width,
        synonyms=look.synonyms,
        source=look.source,
        fill=look.fill,
        lookup=look.lookup,
        mask=look.mask,
        printed=look.printed,
        required=info.is_required(),
        recommended=look.recommended,
        past=look.past,
        strict=look.strict and all(get_origin(part) is not tuple for part in parts),
        kind=_kind(info, parts),
        choices=tuple(member.value for member in enum) if enum else (),
        annotation=info.annotation,
        metadata=tuple(item for item in info.metadata if not isinstance(item, _Look)),
    )


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for argument in get_args(annotation):
        yield from _parts(argument)


def _kind(info: FieldInfo, parts: list[Any]) -> Kind:
    everything = (*info.metadata, *parts)
    declared = next((item for item in everything if isinstance(item, Kind)), None)
    return declared or (Kind.INTEGER if int in parts else Kind.TEXT)
