"""How a setting is described: one field of a model, its name, unit, meaning and source."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["ASSUMED", "PUBLISHED", "Described", "setting"]

ASSUMED = "本工具默认口径，可由上级调整"
PUBLISHED = "各地同类做法"


class Described(BaseModel):
    """Base of the settings; keyed by Chinese names or field names."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore")


def setting(name: str, *, unit: str = "", meaning: str, source: str = ASSUMED) -> Any:
    """Describe a setting; goes into a field's `Annotated` metadata."""
    return Field(
        validation_alias=name,
        title=name,
        description=meaning,
        json_schema_extra={"unit": unit, "source": source},
    )
