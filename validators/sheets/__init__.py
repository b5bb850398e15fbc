"""One model per ledger sheet; `SHEETS` lists them in tab order."""

from __future__ import annotations

from functools import cache

from validators.sheets.assessment import AssessmentRow
from validators.sheets.award import AwardRow
from validators.sheets.base import Row, Sheet, SheetKind, columns_by_field, input_columns
from validators.sheets.duty import DutyRow, DutyTemplateRow
from validators.sheets.exchange import ExchangeRow
from validators.sheets.finding import FindingRow
from validators.sheets.flag import FlagRow
from validators.sheets.growth import GrowthRow
from validators.sheets.import_note import ImportNoteRow
from validators.sheets.log_entry import CarriedLogRow, LogEntryRow
from validators.sheets.mentee import IndividualRow, OrganisationRow
from validators.sheets.mentor import MentorRow
from validators.sheets.outcome import CompletionRow, ConversionRow, MisconductRow
from validators.sheets.pairing import PairingRow
from validators.sheets.pool_change import PoolChangeRow
from validators.sheets.setting import SettingRow
from validators.sheets.suggestion import SuggestionRow
from validators.sheets.unit import UnitRow

__all__ = [
    "SHEETS",
    "TABLES",
    "AssessmentRow",
    "AwardRow",
    "CarriedLogRow",
    "CompletionRow",
    "ConversionRow",
    "DutyRow",
    "DutyTemplateRow",
    "ExchangeRow",
    "FindingRow",
    "FlagRow",
    "GrowthRow",
    "ImportNoteRow",
    "IndividualRow",
    "LogEntryRow",
    "MentorRow",
    "MisconductRow",
    "OrganisationRow",
    "PairingRow",
    "PoolChangeRow",
    "Row",
    "SettingRow",
    "Sheet",
    "SheetKind",
    "SuggestionRow",
    "UnitRow",
    "columns_by_field",
    "input_columns",
    "model_for",
]

SHEETS: tuple[type[Row], ...] = (
    UnitRow,
    MentorRow,
    IndividualRow,
    OrganisationRow,
    PairingRow,
    LogEntryRow,
    CarriedLogRow,
    AssessmentRow,
    ConversionRow,
    CompletionRow,
    MisconductRow,
    ExchangeRow,
    SuggestionRow,
    DutyRow,
    GrowthRow,
    FlagRow,
    AwardRow,
    PoolChangeRow,
    FindingRow,
    ImportNoteRow,
    DutyTemplateRow,
    SettingRow,
)
"""The ledger's sheets of rows, in tab order: what clerks fill in the order of their work, what
bangdai writes, settings. 首页, 本周待办, 设置 and 使用说明 hold no rows."""

TABLES: tuple[type[Row], ...] = tuple(model for model in SHEETS if not model.sheet.joins)
"""The models that have a table of their own; the rows of the other sheets join one of these."""


@cache
def model_for(key: str) -> type[Row]:
    """Return the model whose sheet has `key`."""
    return next(model for model in SHEETS if model.sheet.key == key)
