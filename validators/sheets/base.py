"""What a sheet's model knows of its worksheet, and the six aspect columns several sheets share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict

from validators.columns import Column, Fill, column, columns_of
from validators.fields import Score

# SECTION The six aspect columns, shared by the four sheets that rate people and organisations.

ASPECT_FIELDS = ("conviction", "competence", "organisation", "conduct", "industry", "governance")
"""Field names of the six aspects in the order of `vocabulary.Aspect`."""

_HELP = "1–5 分的整数，每一档的标准见“参数”表"

Conviction = Annotated[Score | None, column("思想情怀", width=4.5, help=_HELP, recommended=True)]
Competence = Annotated[Score | None, column("业务能力", width=4.5, help=_HELP, recommended=True)]
Organisation = Annotated[Score | None, column("组织建设", width=4.5, help=_HELP, recommended=True)]
Conduct = Annotated[Score | None, column("工作作风", width=4.5, help=_HELP, recommended=True)]
Industry = Annotated[Score | None, column("产业发展", width=4.5, help=_HELP, recommended=True)]
Governance = Annotated[Score | None, column("基层治理", width=4.5, help=_HELP, recommended=True)]

ConvictionRated = Annotated[Score, column("思想情怀", width=4.5, help=_HELP)]
CompetenceRated = Annotated[Score, column("业务能力", width=4.5, help=_HELP)]
OrganisationRated = Annotated[Score, column("组织建设", width=4.5, help=_HELP)]
ConductRated = Annotated[Score, column("工作作风", width=4.5, help=_HELP)]
IndustryRated = Annotated[Score, column("产业发展", width=4.5, help=_HELP)]
GovernanceRated = Annotated[Score, column("基层治理", width=4.5, help=_HELP)]


# SECTION What a sheet's model knows of its worksheet.


class SheetKind(Enum):
    """Who writes a sheet, and with it its tab colour."""

    INPUT = "填报"
    GENERATED = "生成"
    SETTINGS = "设置"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet of the ledger.

    Attributes:
        name: The tab's name.
        key: Prefix of finding codes and the name code uses.
        kind: Who writes it.
        title: The title row.
        help: One sentence on what belongs here.
        id_field: The field whose IDs the sheet owns, "" where it has none.
        id_prefix: Letters in front of the unit's code in its IDs.
        id_width: Digits an ID's number is padded to.
        protected: Purely generated sheets are protected (without a password).
        form: Label and value below each other instead of a table.
        bulk: Grows with every contact; the consolidated workbook writes it whole.
        merged: Whether consolidation merges it.
    """

    name: str
    key: str
    kind: SheetKind
    title: str
    help: str
    id_field: str = ""
    id_prefix: str = ""
    id_width: int = 3
    protected: bool = False
    form: bool = False
    bulk: bool = False
    merged: bool = True


class Row(BaseModel):
    """Base of the row models; frozen, keyed by heading or by field name."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    sheet: ClassVar[Sheet]


@cache
def columns_by_field(model: type[BaseModel]) -> dict[str, Column]:
    """Return the columns of `model` keyed by field, in tab order."""
    return {column.field: column for column in columns_of(model)}


@cache
def input_columns(model: type[Row]) -> tuple[Column, ...]:
    """Return the columns a clerk types; look-ups and computed columns are left out."""
    return tuple(c for c in columns_by_field(model).values() if c.fill is Fill.CLERK)
