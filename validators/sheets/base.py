"""The description of a worksheet that a sheet's model carries, and the columns several sheets share.

Modules of models do not postpone annotations: pydantic would compile the text of each one again.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from validators.columns import FIRST_VERSION, Column, Fill, column, columns_of
from validators.fields import Day, Phone, Score, Text
from validators.vocabulary import Ethnicity, Politics


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
        about: Fields that say what a row is about, where bangdai writes the rows without IDs.
        protected: Purely generated sheets are protected (without a password).
        form: Label and value below each other instead of a table.
        bulk: Grows with every contact; the consolidated workbook writes it whole.
        merged: Whether consolidation merges it.
        joins: Key of the sheet whose table its rows are part of, "" where it has a table of its own.
            It has that sheet's columns and IDs, and a ledger holds it only where it has rows.
        carried: Its rows were carried over from last year: judged like all others, but never
            counted, merged or looked at again as this year's.
        rare: Clerks fill it, most of them never: hidden while it is empty.
        since: Version of the template that introduced it.
    """

    name: str
    key: str
    kind: SheetKind
    title: str
    help: str
    id_field: str = ""
    id_prefix: str = ""
    id_width: int = 3
    about: tuple[str, ...] = ()
    protected: bool = False
    form: bool = False
    bulk: bool = False
    merged: bool = True
    joins: str = ""
    carried: bool = False
    rare: bool = False
    since: str = FIRST_VERSION

    @property
    def table_key(self) -> str:
        """Return the key of the table its rows are part of."""
        return self.joins or self.key

    def rests_hidden(self, *, filled: bool) -> bool:
        """Tell whether the tab is hidden as long as nobody asks for it.

        Settings and templates always are; what bangdai writes, and what clerks hardly ever fill,
        is hidden until it is `filled`. Every place that hides or shows a tab asks this.
        """
        if self.kind is SheetKind.SETTINGS:
            return True
        return not filled and (self.rare or self.kind is SheetKind.GENERATED)

    @property
    def on_request(self) -> bool:
        """Tell whether a clerk may need it while it is hidden; the button 设置 shows it."""
        return self.rare or self.kind is SheetKind.SETTINGS


class Row(BaseModel):
    """Base of the row models; frozen, keyed by heading or by field name."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore", defer_build=True)

    sheet: ClassVar[Sheet]


@cache
def columns_by_field(model: type[BaseModel]) -> dict[str, Column]:
    """Return the columns of `model` keyed by field, in tab order."""
    return {column.field: column for column in columns_of(model)}


@cache
def input_columns(model: type[Row]) -> tuple[Column, ...]:
    """Return the columns a clerk types; look-ups and computed columns are left out."""
    return tuple(c for c in columns_by_field(model).values() if c.fill is Fill.CLERK)


# --- columns several sheets share ---

ASPECT_FIELDS = ("conviction", "competence", "organisation", "conduct", "industry", "governance")
"""Field names of the six aspects in the order of `vocabulary.Aspect`."""


def computed(heading: str, width: float, help: str, **facts: Any) -> Any:  # noqa: A002
    """Describe a column that bangdai writes from other sheets; see `column`."""
    return column(heading, width=width, help=help, fill=Fill.COMPUTED, **facts)


PersonalPhone = Annotated[
    Phone | None,
    column(
        "联系电话", width=13, help="手机或座机", mask=True, printed=False, synonyms=("电话", "手机")
    ),
]
EthnicGroup = Annotated[
    Ethnicity | None, column("民族", width=7, help="写全称，如汉族、回族", printed=False)
]
PoliticalStatus = Annotated[
    Politics | None, column("政治面貌", width=11, help="从下拉列表选", printed=False)
]
ChosenOn = Annotated[
    Day,
    column("确定日期", width=12, help="确定为帮带对象的日期", synonyms=("确定时间",), past=True),
]
SurveyedOn = Annotated[
    Day | None,
    column("摸底日期", width=12, help="六个方面摸底打分的日期", printed=False, past=True),
]
CarriedOver = Annotated[
    Text | None,
    column(
        "结转", width=9, help="上年结转的行由结转写入", fill=Fill.COMPUTED, printed=False,
        since="2026.2",
    ),
]  # fmt: skip
Remark = Annotated[Text | None, column("备注", width=10, help="其他需要说明的事项")]


def _aspect(heading: str, *, recommended: bool = False) -> Any:
    help_text = "1–5 分的整数，每一档的标准见“参数”表"
    return column(heading, width=4.5, help=help_text, recommended=recommended, unit="分")


Conviction = Annotated[Score | None, _aspect("思想情怀", recommended=True)]
Competence = Annotated[Score | None, _aspect("业务能力", recommended=True)]
Organisation = Annotated[Score | None, _aspect("组织建设", recommended=True)]
Conduct = Annotated[Score | None, _aspect("工作作风", recommended=True)]
Industry = Annotated[Score | None, _aspect("产业发展", recommended=True)]
Governance = Annotated[Score | None, _aspect("基层治理", recommended=True)]

ConvictionRated = Annotated[Score, _aspect("思想情怀")]
CompetenceRated = Annotated[Score, _aspect("业务能力")]
OrganisationRated = Annotated[Score, _aspect("组织建设")]
ConductRated = Annotated[Score, _aspect("工作作风")]
IndustryRated = Annotated[Score, _aspect("产业发展")]
GovernanceRated = Annotated[Score, _aspect("基层治理")]
