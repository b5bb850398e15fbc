"""The types of ledger fields: how a cell is read, bounded and formatted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from validators import names, normalise
from validators.cells import Cell
from validators.columns import Kind
from validators.divisions import short_name
from validators.vocabulary import PostTrait, Specialty


@dataclass(frozen=True, slots=True)
class Canonical:
    """Tells which of many cells are not yet written as their type would write them.

    Most cells of a bulk column are canonical already, and looking at them together is several times
    cheaper than reading each.

    Attributes:
        others: Returns the indexes of the cells that are not.
        values: Returns what canonical cells mean: themselves, unless the type says otherwise.
    """

    others: Callable[[Sequence[Cell]], list[int]]
    values: Callable[[Sequence[Cell]], Iterable[Any]] = iter


@dataclass(frozen=True, slots=True)
class Doubt:
    """Tells what is wrong with a cell whose value can be used all the same.

    `kind_of` takes the cell and its value and returns a kind of `messages.PROBLEMS`, or "".
    """

    kind_of: Callable[[Cell, Any], str]


Text = Annotated[
    str, BeforeValidator(normalise.text), Canonical(names.untidy_texts), Doubt(names.text_doubt)
]
Words = Annotated[
    str, BeforeValidator(names.words), Canonical(names.few_words), Doubt(names.text_doubt)
]
Account = Annotated[
    str, BeforeValidator(names.account), Canonical(names.few_words), Doubt(names.account_doubt)
]
PersonName = Annotated[
    str, BeforeValidator(names.person), Canonical(names.unusual_people), Doubt(names.name_doubt)
]
Name = Annotated[str, BeforeValidator(normalise.name), Canonical(normalise.odd_names)]
Day = Annotated[date, BeforeValidator(normalise.day), Canonical(normalise.not_days), Kind.DAY]
Month = Annotated[date, BeforeValidator(normalise.month), Kind.MONTH]
Phone = Annotated[str, BeforeValidator(normalise.phone), Canonical(normalise.not_mobiles)]

# What is counted is bounded far above any township's, so that a phone number is no amount.
Count = Annotated[
    int,
    BeforeValidator(normalise.whole("人", "名", "次", "个", "票", "户")),
    Field(ge=0, le=1_000_000),
    Kind.INTEGER,
]
Score = Annotated[int, BeforeValidator(normalise.whole("分")), Field(ge=1, le=5), Kind.INTEGER]
Year = Annotated[
    int, BeforeValidator(normalise.whole("年", "年度")), Field(ge=2020, le=2100), Kind.INTEGER
]
Points = Annotated[
    float, BeforeValidator(normalise.numeral("分", hundred=True)), Field(ge=0, le=100), Kind.DECIMAL
]
Marks = Annotated[
    float,
    BeforeValidator(normalise.marks(normalise.numeral("分", hundred=True))),
    Field(ge=0, le=100),
    Kind.DECIMAL,
]
Hours = Annotated[float, BeforeValidator(normalise.hours), Field(gt=0, le=24), Kind.DECIMAL]
_YUAN = normalise.numeral("元", times={"万元": 10_000, "万": 10_000})
_TEN_THOUSANDS = normalise.numeral("万元", "万", times={"元": 0.0001, "亿元": 10_000})
MOST_TEN_THOUSANDS = 10_000
"""The largest amount in 万元 that a village can have: what is more was typed in 元."""

Money = Annotated[float, BeforeValidator(_YUAN), Field(ge=0, le=100_000_000), Kind.DECIMAL]
TenThousand = Annotated[
    float,
    BeforeValidator(normalise.money(_TEN_THOUSANDS, MOST_TEN_THOUSANDS, 0.0001)),
    Field(ge=0),
    Kind.DECIMAL,
]


def _village(cell: Cell) -> str:
    if names.is_ditto(cell):
        raise normalise.refusal("ditto")
    return short_name(normalise.name(cell))


Village = Annotated[str, BeforeValidator(_village), Doubt(names.text_doubt)]


DivisionCode = Annotated[
    str,
    BeforeValidator(lambda cell: normalise.squeeze(normalise.text(cell))),
    Field(pattern=r"^\d{9}$"),
]


def _ids(prefix: str, example: str) -> tuple[BeforeValidator, Canonical]:
    """Return what a type of IDs knows: how a cell is read, and which cells need reading."""
    return BeforeValidator(normalise.coded(prefix, example)), Canonical(normalise.not_coded(prefix))


MentorId = Annotated[str, *_ids("D", "D640402104-001")]
IndividualId = Annotated[str, *_ids("G", "G640402104-001")]
OrganisationId = Annotated[str, *_ids("Z", "Z640402104-001")]
MenteeId = Annotated[str, *_ids("G|Z", "G640402104-001")]
AnyParticipantId = Annotated[str, *_ids("D|G|Z", "D640402104-001")]
PairingId = Annotated[str, *_ids("J", "J640402104-001")]
DutyId = Annotated[str, *_ids("ZR", "ZR640402104-0001")]
LogId = Annotated[str, *_ids("R", "R640402104-00001")]
AssessmentId = Annotated[str, *_ids("P", "P640402104-0001")]
ExchangeId = Annotated[str, *_ids("L", "L640402104-0001")]

T = TypeVar("T")


def _once(words: tuple[T, ...]) -> tuple[T, ...]:
    """Drop repetitions: a pairing named twice in one entry is one contact."""
    return tuple(dict.fromkeys(words))


def _several_ids(prefix: str, example: str) -> tuple[Any, ...]:
    """Return what a type of several IDs in a cell knows; most cells name but one."""
    reader = BeforeValidator(normalise.several_coded(prefix, example))
    return reader, Canonical(normalise.not_coded(prefix), values=zip), Field(min_length=1)


PairingIds = Annotated[tuple[str, ...], *_several_ids("J", "J640402104-001")]
DutyIds = Annotated[tuple[str, ...], *_several_ids("ZR", "ZR640402104-0001")]
Specialties = Annotated[
    tuple[Specialty, ...], BeforeValidator(normalise.split_words), AfterValidator(_once)
]
PostTraits = Annotated[
    tuple[PostTrait, ...], BeforeValidator(normalise.split_words), AfterValidator(_once)
]
