"""One model per ledger sheet; `SHEETS` lists them in tab order."""

from __future__ import annotations

from validators.sheets.assessment import AssessmentRow
from validators.sheets.award import AwardRow
from validators.sheets.base import Row, Sheet, SheetKind, columns_by_field, input_columns
from validators.sheets.check import CheckRow
from validators.sheets.completion import CompletionRow
from validators.sheets.conversion import ConversionRow
from validators.sheets.duty import DutyRow
from validators.sheets.duty_template import DutyTemplateRow
from validators.sheets.exchange import ExchangeRow
from validators.sheets.flag import FlagRow
from validators.sheets.growth import GrowthRow
from validators.sheets.individual import IndividualRow
from validators.sheets.log import LogRow
from validators.sheets.mentor import MentorRow
from validators.sheets.misconduct import MisconductRow
from validators.sheets.organisation import OrganisationRow
from validators.sheets.pairing import PairingRow
from validators.sheets.pool import PoolRow
from validators.sheets.setting import SettingRow
from validators.sheets.suggestion import SuggestionRow
from validators.sheets.unit import UnitRow

__all__ = [
    "SHEETS",
    "AssessmentRow",
    "AwardRow",
    "CheckRow",
    "CompletionRow",
    "ConversionRow",
    "DutyRow",
    "DutyTemplateRow",
    "ExchangeRow",
    "FlagRow",
    "GrowthRow",
    "IndividualRow",
    "LogRow",
    "MentorRow",
    "MisconductRow",
    "OrganisationRow",
    "PairingRow",
    "PoolRow",
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
    SuggestionRow,
    PairingRow,
    DutyRow,
    LogRow,
    AssessmentRow,
    ConversionRow,
    CompletionRow,
    MisconductRow,
    GrowthRow,
    FlagRow,
    AwardRow,
    PoolRow,
    ExchangeRow,
    CheckRow,
    DutyTemplateRow,
    SettingRow,
)
"""The ledger's sheets of rows, in tab order; 本周待办 and 使用说明 hold no rows."""


def model_for(key: str) -> type[Row]:
    """Return the model whose sheet has `key`."""
    return next(model for model in SHEETS if model.sheet.key == key)
