"""Names, lists and wordings."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from validators.settings.describing import Described, setting
from validators.settings.fields import Aliases, Wording, Words

__all__ = ["WordSettings"]


class WordSettings(Described):
    """Names, lists and wordings."""

    village_aliases: Annotated[
        Aliases,
        setting("村名对照", meaning="旧名或俗名与现名，写成 旧名=现名，多个用顿号分开"),
    ] = Field(default_factory=dict)
    action_items: Annotated[
        Words,
        setting("六项行动事项", meaning="由上级填写，多项用顿号分开", source="由上级填写"),
    ] = ()
    used_ids: Annotated[
        Aliases,
        setting("已用编号", meaning="结转时写入，各类编号从其后继续，请勿修改", source="结转写入"),
    ] = Field(default_factory=dict)
    rating_one: Annotated[Wording, setting("评分标准：1 分", meaning="六个方面 1 分的统一含义")] = (
        "不了解、不会做，需要手把手教"
    )
    rating_two: Annotated[Wording, setting("评分标准：2 分", meaning="六个方面 2 分的统一含义")] = (
        "了解一些，离开指导做不好"
    )
    rating_three: Annotated[
        Wording, setting("评分标准：3 分", meaning="六个方面 3 分的统一含义")
    ] = "常规工作能独立完成"
    rating_four: Annotated[
        Wording, setting("评分标准：4 分", meaning="六个方面 4 分的统一含义")
    ] = "复杂问题能处理，效果较好"
    rating_five: Annotated[
        Wording, setting("评分标准：5 分", meaning="六个方面 5 分的统一含义")
    ] = "能带动他人，经验可推广"
