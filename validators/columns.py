"""One column of a ledger sheet: everything a field knows beyond its type.

A field of a sheet's model is written once,

    members: Annotated[int, Field(ge=0), column("党员数", width=8, help="在册正式党员人数")]

and the template, its dropdown and input message, the reader, the validation, the consolidated
workbook and the documentation all follow from that line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import Any, Self, get_args, get_origin

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

FIRST_VERSION = "2026.1"
"""The version of the template that columns and sheets belong to unless they say otherwise."""


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
class Reference:
    """What the IDs in a column name, and what is said of an ID that stands nowhere.

    `column(refers=MentorRow)` is short for `Reference(MentorRow)`.

    Attributes:
        targets: The model, or a tuple of models, whose sheets hold the IDs; `typing.Self` is the
            column's own sheet.
        message: The finding's sentence; `{heading}` is the column's heading, `{codes}` the IDs
            that stand nowhere, `{sheets}` the names of the targets.
        suggestion: What to do; filled in the same way.
        elsewhere: Whether an ID of another unit may name a row of that unit's ledger.
    """

    targets: Any
    message: str = "{heading} {codes} 不在{sheets}中"
    suggestion: str = "请核对{heading}"
    elsewhere: bool = False

    def resolved(self, own: type[BaseModel]) -> Reference:
        """Return the reference of a column of the model `own`, its targets as a tuple."""
        targets = self.targets if isinstance(self.targets, tuple) else (self.targets,)
        return replace(self, targets=tuple(own if t is Self else t for t in targets))

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the target sheets, once resolved."""
        return tuple(target.sheet.key for target in self.targets)


ROW_LINES = 27
"""Lines of 11-point text that the tallest row of a worksheet shows."""
_LEAST_PROSE = 10
"""Characters; names and units of measure stand in narrower columns."""


def line_room(width: float) -> int:
    """Return how many hanzi a line surely holds, one place left to words and punctuation."""
    return int(width / 2) - 1


def exceeds_row(text: str, line: int) -> bool:
    """Return whether a text takes more lines of `line` hanzi than a row has; a line feed takes one."""
    return len(text) + line * text.count("\n") > ROW_LINES * line


@dataclass(frozen=True, slots=True)
class _Facts:
    """What `column(...)` was told beyond what pydantic keeps, by attribute of `Column`."""

    by_name: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)  # one of a kind, and a key of hot caches
class Column:
    """A resolved column of one sheet.

    Attributes:
        field: Name of the model's field.
        heading: The heading as the template shows it.
        help: One sentence for the clerk: the heading's input message.
        width: In characters of the body font.
        synonyms: Other headings accepted on reading.
        since: Version of the template that introduced the column.
        words: Name of the workbook list that feeds a dropdown of words the type does not know.
        refers: The sheets whose IDs the cells name, None where they name none.
        fill: Who fills the column.
        lookup: The look-up behind a `Fill.LOOKUP` column.
        repeats: Whether 同上 in it can stand for the value of the row above.
        unit: What the numbers count or measure, such as 人; "" where the heading says it. Of %, the
            numbers are hundredths already and their cells show the sign.
        mask: A personal phone: masked in consolidated and published files.
        printed: Whether the column belongs to the print area.
        summary_of: The field of a long text of the sheet that this column says in short, "" for none:
            it is printed in that one's place, and filled from it where nothing else fills it.
        required: A row without it is rejected.
        recommended: A row without it gets a notice and the native missing mark.
        past: A date that cannot lie behind the as-of date.
        strict: Whether the native dropdown refuses other values.
        kind: How cells are formatted.
        choices: The dropdown's words where the type is a closed list.
        annotation: The field's type, for the documentation.
        metadata: The type's further facts, such as bounds and validators.
    """

    field: str
    heading: str
    help: str
    width: float
    synonyms: tuple[str, ...]
    since: str
    words: str
    refers: Reference | None
    fill: Fill
    lookup: Lookup | None
    repeats: bool
    unit: str
    mask: bool
    printed: bool
    summary_of: str
    required: bool
    recommended: bool
    past: bool
    strict: bool
    kind: Kind
    choices: tuple[str, ...]
    annotation: Any
    metadata: tuple[Any, ...]

    @property
    def line_room(self) -> int:
        """Return how many hanzi a line of the column surely holds."""
        return line_room(self.width)

    @property
    def room(self) -> int:
        """Return how many characters a cell surely shows on paper; a line feed takes a line."""
        return ROW_LINES * self.line_room

    @property
    def is_prose(self) -> bool:
        """Return whether clerks write texts of any length into it that are printed."""
        listed = self.choices or self.refers or self.words or self.heading.endswith("编号")
        free = self.kind is Kind.TEXT and self.fill is Fill.CLERK and not listed
        return free and self.printed and self.width >= _LEAST_PROSE


def column(  # noqa: PLR0913  # keyword-only facts of one column
    heading: str,
    *,
    help: str,  # noqa: A002  # the word every user of forms knows
    width: float = 10,
    synonyms: tuple[str, ...] = (),
    since: str = FIRST_VERSION,
    words: str = "",
    refers: Any = None,
    fill: Fill = Fill.CLERK,
    lookup: Lookup | None = None,
    repeats: bool = False,
    unit: str = "",
    mask: bool = False,
    printed: bool = True,
    summary_of: str = "",
    recommended: bool = False,
    past: bool = False,
) -> Any:
    """Describe a column; goes into a field's `Annotated` metadata.

    Returns:
        A `FieldInfo` whose validation alias is the heading, so that rows keyed by heading
        validate directly and `ValidationError.loc` is the heading.
    """
    info: FieldInfo = Field(validation_alias=heading, title=heading, description=help)
    if refers is not None and not isinstance(refers, Reference):
        refers = Reference(refers)
    facts = {
        "width": width,
        "synonyms": synonyms,
        "since": since,
        "words": words,
        "refers": refers,
        "fill": Fill.LOOKUP if lookup else fill,
        "lookup": lookup,
        "repeats": repeats,
        "unit": unit,
        "mask": mask,
        "printed": printed,
        "summary_of": summary_of,
        "recommended": recommended,
        "past": past,
    }
    info.metadata.append(_Facts(facts))
    return info


def columns_of(model: type[BaseModel]) -> tuple[Column, ...]:
    """Return the columns of `model` in field order; a text that has a summary is not printed.

    Raises:
        TypeError: A field has no `column(...)`, or is required although it came after the first
            version: rows typed before it came would all be wrong.
    """
    columns = [_resolve(model, name, info) for name, info in model.model_fields.items()]
    long = {column.summary_of for column in columns}
    return tuple(replace(c, printed=False) if c.field in long else c for c in columns)


def own_column(field: str, heading: str, *, help: str = "", width: float = 12) -> Column:  # noqa: A002
    """Return a column the clerk added: of no sheet's model, never printed."""
    info = column(heading, help=help, width=width, printed=False)
    return replace(_resolve(BaseModel, field, info), required=False)


def _resolve(model: type[BaseModel], name: str, info: FieldInfo) -> Column:
    declared = next((item for item in reversed(info.metadata) if isinstance(item, _Facts)), None)
    if declared is None:
        raise TypeError(f"field {name!r} has no column(...)")
    facts = dict(declared.by_name)
    if info.is_required() and facts["since"] != FIRST_VERSION:
        raise TypeError(f"field {name!r} is newer than the first version and needs a default")
    reference: Reference | None = facts.pop("refers")
    parts = list(annotation_parts(info.annotation))
    enum = next((t for t in parts if isinstance(t, type) and issubclass(t, StrEnum)), None)
    several = any(get_origin(part) is tuple for part in parts)
    kind = _kind(info, parts)
    facts["repeats"] |= enum is not None or kind is Kind.DAY
    return Column(
        field=name,
        heading=info.title or name,
        help=info.description or "",
        refers=reference.resolved(model) if reference else None,
        required=info.is_required(),
        strict=not (facts["words"] or reference or several),
        kind=kind,
        choices=tuple(member.value for member in enum) if enum else (),
        annotation=info.annotation,
        metadata=tuple(item for item in info.metadata if not isinstance(item, _Facts)),
        **facts,
    )


def annotation_parts(annotation: Any) -> Iterator[Any]:
    """Yield a type and everything it is made of, depth first."""
    yield annotation
    for argument in get_args(annotation):
        yield from annotation_parts(argument)


def _kind(info: FieldInfo, parts: list[Any]) -> Kind:
    everything = (*info.metadata, *parts)
    declared = next((item for item in everything if isinstance(item, Kind)), None)
    return declared or (Kind.INTEGER if int in parts else Kind.TEXT)
