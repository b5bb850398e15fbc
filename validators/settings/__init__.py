"""参数: the rules' numbers with their defaults, units and sources.

A field of one of the models here is one setting, written once; the 参数 sheet, its reading and the
documentation follow. City or county settings given at consolidation win over a township's;
deviations are warnings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError

from validators.messages import kind_of
from validators.settings.helping import HelpingSettings
from validators.settings.pairing import PairingSettings
from validators.settings.records import RecordSettings
from validators.settings.results import ResultSettings
from validators.settings.words import WordSettings

__all__ = ["Setting", "Settings", "read_settings", "settings_list", "show"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the 参数 sheet shows it."""

    field: str
    name: str
    value: str
    unit: str
    meaning: str
    source: str


class Settings(WordSettings, RecordSettings, ResultSettings, HelpingSettings, PairingSettings):
    """Every setting, in the order of 参数: the last base's fields come first."""


def read_settings(
    typed: Iterable[tuple[str, Any]], base: Settings | None = None
) -> tuple[Settings, dict[str, str]]:
    """Read settings by their Chinese names.

    Args:
        typed: (name, value) pairs as the 参数 sheet holds them; None keeps the default.
        base: Where values not typed come from; the defaults if None.

    Returns:
        The settings, and a kind of problem by name for unknown names (`unknown`) and unreadable
        values (their default or base value stands).
    """
    fields = {info.title: field for field, info in Settings.model_fields.items()}
    values = (base or Settings()).model_dump()
    problems: dict[str, str] = {}
    for name, value in typed:
        if name not in fields:
            problems[name] = "unknown"
        elif value is not None:
            problems |= _take(values, fields[name], name, value)
    return Settings.model_validate(values), problems


def _take(values: dict[str, Any], field: str, name: str, value: Any) -> dict[str, str]:
    try:
        values[field] = getattr(Settings.model_validate({field: value}), field)
    except ValidationError as bad:
        return {name: kind_of(bad.errors()[0]["type"])}
    return {}


@cache
def settings_list() -> tuple[Setting, ...]:
    """Return every setting with its default as the 参数 sheet shows it, in sheet order."""
    defaults = Settings()
    return tuple(
        Setting(
            field=field,
            name=info.title or field,
            value=show(getattr(defaults, field)),
            unit=_extra(info, "unit"),
            meaning=info.description or "",
            source=_extra(info, "source"),
        )
        for field, info in Settings.model_fields.items()
    )


def _extra(info: Any, key: str) -> str:
    extra = info.json_schema_extra
    return str(extra[key]) if isinstance(extra, dict) else ""


def show(value: Any) -> str:
    """Return a setting's value as a clerk types it."""
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, dict):
        return "、".join(f"{old}={new}" for old, new in value.items())
    if isinstance(value, tuple):
        return "、".join("至".join(map(str, v)) if isinstance(v, tuple) else str(v) for v in value)
    return str(value)
