"""参数: the numbers and words the rules judge by, with their defaults, units and sources."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from validators.messages import kind_of
from validators.setting_types import (
    PUBLISHED,
    Aliases,
    Marks,
    Number,
    Periods,
    Share,
    Wording,
    Words,
    numbers,
    setting,
)


class Settings(BaseModel):
    """Every setting in the order of 参数, keyed by field name or by its Chinese name.

    A field is one setting, written once; the 参数 sheet, its reading and the documentation follow.
    City or county settings given at consolidation win over a township's; deviations are warnings.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore", defer_build=True)

    # --- who may help whom, and what weighs how much in a suggestion ---

    load_warning: Annotated[
        Number,
        setting(
            "导师帮带人数提醒值",
            "人",
            "一名导师同时帮带个人数超过该值时提醒；未填可带人数的，新结对以该值为限，不据此预警",
            PUBLISHED,
        ),
    ] = 3
    load_limit: Annotated[
        Number, setting("导师帮带人数上限", "人", "一名导师同时帮带个人数超过该值为错误")
    ] = 5
    organisation_load_limit: Annotated[
        Number, setting("导师帮带组织数上限", "个", "一名导师同时帮带组织数超过该值时提醒")
    ] = 2
    mentors_per_individual: Annotated[
        Number, setting("个人最多导师数", "名", "一名个人对象的导师名数上限，最多可调至 5")
    ] = 3
    mentors_per_organisation: Annotated[
        Number, setting("组织最多导师数", "名", "一个组织对象的导师名数上限")
    ] = 3
    weak_at_most: Annotated[
        Number, setting("薄弱方面分值", "分", "对象某方面得分不超过该值为薄弱")
    ] = 2
    strong_at_least: Annotated[
        Number, setting("擅长方面分值", "分", "导师某方面得分不低于该值为擅长")
    ] = 4
    period_months: Annotated[
        Number, setting("帮带周期", "月", "结对日期到期满日期的月数，可续期", PUBLISHED)
    ] = 12
    veteran_years: Annotated[
        Number, setting("老业务、老乡镇、老支书最低年限", "年", "参加基层工作年限低于该值时提醒")
    ] = 5
    newcomer_years: Annotated[
        Number, setting("新任职年限", "年", "任现职不满该年限的对象为新任职，可安排老带新")
    ] = 2
    pairing_weights: Annotated[
        Words,
        numbers(5),
        setting("匹配权重", "分", "依次为领域相近、帮带便捷、以强带弱、双向自愿、组织统筹"),
    ] = ("25", "20", "30", "15", "10")
    nearness: Annotated[
        Words, numbers(4), setting("便捷系数", "", "依次为同村、同乡镇、同县、同市")
    ] = ("1.0", "0.8", "0.5", "0.2")
    churn: Annotated[
        Number,
        setting(
            "建议变动扣分",
            "分",
            "重新生成结对建议时，新人选总分（满分 100）高出原建议该分值以上才作调整",
        ),
    ] = 5

    # --- what a pairing owes, and when a mentee is flagged ---

    contacts_per_month: Annotated[
        Number,
        setting(
            "每月联系次数",
            "次",
            "每对结对每个自然月的最少联系次数，次月 1 日起研判；新结对的职责次数按此折算",
            PUBLISHED,
        ),
    ] = 1
    counted_days: Annotated[
        Number,
        setting(
            "计入联系的最少天数",
            "天",
            "一个自然月扣除宽限、暂停和免计天数后，不少于该天数的要求联系；"
            "被不要求联系的月份隔开的两个月不作连续两月",
        ),
    ] = 15
    exempt_periods: Annotated[
        Periods,
        setting(
            "免计时段", "", "不计联系次数的时段，格式为 2026-02-10至2026-02-24，多段用顿号分开"
        ),
    ] = ()
    grace_days: Annotated[Number, setting("新结对宽限天数", "天", "新结对在该天数内不预警")] = 30
    assessment_months: Annotated[
        Number, setting("评价间隔", "月", "每隔几个月评价一次对象", PUBLISHED)
    ] = 3
    contact_rate: Annotated[
        Share, setting("联系完成率下限", "%", "近三个月联系完成率低于该值预警")
    ] = 80
    idle_aspect_days: Annotated[
        Number,
        setting(
            "薄弱方面未帮带天数",
            "天",
            "薄弱方面超过该天数未开展帮带时预警；几个薄弱方面逐月轮流、尚未轮到的不计",
        ),
    ] = 60
    unpaired_days: Annotated[
        Number,
        setting("未结对天数", "天", "确定为对象（曾结对的，上一结对结束）后超过该天数未结对时预警"),
    ] = 15
    low_satisfaction: Annotated[Number, setting("满意度下限", "分", "满意度不超过该值时预警")] = 2
    steep_fall: Annotated[
        Number,
        setting("单项下降分值", "分", "单个方面比上次下降达到该分值的，不论总分均按得分下降预警"),
    ] = 2
    flat_below: Annotated[
        Number,
        setting("需提升分值", "分", "逐个方面研判，低于该分值的方面连续两次评价均未提升时预警"),
    ] = 4
    early_days: Annotated[
        Number, setting("提前提醒天数", "天", "距预警期限不超过该天数时列为蓝色预警，提前提醒")
    ] = 7
    ending_days: Annotated[
        Number,
        setting(
            "临近期满提醒天数",
            "天",
            "距期满日期不超过该天数且尚未期满考核时提醒；期满日期当天仍在帮带期内",
        ),
    ] = 30
    red_score: Annotated[Number, setting("红色预警分数线", "分", "风险分不低于该值为红色")] = 60
    flag_points: Annotated[
        Marks,
        setting(
            "预警规则分值",
            "",
            "只写需调整的规则，如 上月未联系=35，多条用顿号分开；写 0 的不使用该规则",
        ),
    ] = Field(default_factory=dict)

    # --- gold mentors, changes of the pool, closing and ranking ---

    gold_total: Annotated[Number, setting("金牌导师总分下限", "分", "总分不低于该值才可入围")] = 90
    gold_log_rate: Annotated[
        Share, setting("金牌导师日志合规率下限", "%", "日志合规率不低于该值才可入围")
    ] = 95
    gold_quota: Annotated[
        Share,
        setting(
            "金牌导师名额比例",
            "%",
            "每县入围人数占在库导师数的上限，取整，不足 1 名按 1 名；依次比较总分、成效、履职、"
            "满意度、对象数，名额末位全部相同的一并列出，提请集体研究确定",
        ),
    ] = 10
    gold_weights: Annotated[
        Words, numbers(4), setting("金牌导师分项分值", "分", "依次为履职、档案日志、成效、满意度")
    ] = ("30", "20", "30", "20")
    pool_idle_months: Annotated[
        Number,
        setting("导师未联系月数", "月", "名下结对连续达到该月数（整月）均未联系的，建议暂停"),
    ] = 3
    pool_failed_share: Annotated[
        Share, setting("期满不合格比例", "%", "期满考核不合格占比达到该值的，建议暂停")
    ] = 50
    pool_effect_months: Annotated[
        Number, setting("成效考察月数", "月", "帮带满该月数仍无成效的，建议调出")
    ] = 6
    pool_widen_result: Annotated[
        Share, setting("增加帮带成效率", "%", "成效率达到该值的导师，可建议增加帮带人数")
    ] = 80
    ranking_weights: Annotated[
        Words,
        numbers(7),
        setting("比学赶帮分项分值", "分", "依次为结对、按月联系、职责、成长、期满、转化、销号"),
    ] = ("15", "15", "20", "25", "10", "5", "10")
    ranking_prior: Annotated[
        Number,
        setting(
            "比学赶帮平滑基数", "个", "各项先按全体平均水平补足该数量，避免基数小的单位得分虚高"
        ),
    ] = 10
    qualified_score: Annotated[Number, setting("合格分数线", "分", "期满考核达到该分数为合格")] = 70
    excellent_score: Annotated[Number, setting("优秀分数线", "分", "期满考核达到该分数为优秀")] = 90
    closing_score: Annotated[
        Number, setting("销号验收分数线", "分", "验收得分不低于该值", PUBLISHED)
    ] = 70
    closing_votes: Annotated[
        Share, setting("销号不满意票比例上限", "%", "不满意票占总票不超过该值", PUBLISHED)
    ] = 50
    report_months: Annotated[
        Number,
        setting("填报时间滞后月数", "月", "填报时间早于最近一次登记满该月数时，提示更新填报时间"),
    ] = 2
    unanswered_days: Annotated[
        Number, setting("问题答复天数", "天", "交流园地的问题超过该天数未答复时列出")
    ] = 15

    # --- hints on the quality of records ---

    copied_similarity: Annotated[
        Share,
        setting(
            "近似内容相似度下限",
            "%",
            "两条日志的内容除姓名、地名、日期和数字外，相同程度不低于该值，或一条含有另一条的全部"
            "内容（或只少一句）时，在记录质量提示中列出；不足 20 字的按 20 字计，常用语句不计",
        ),
    ] = 90
    copied_characters: Annotated[
        Number,
        setting(
            "近似内容最少字数",
            "字",
            "除姓名、地名、数字、标点和常用短语外，少于该字数的内容不作比较",
        ),
    ] = 16
    day_entries: Annotated[
        Number,
        setting(
            "同日记录条数提示值",
            "条",
            "一名记录人同一天的日志超过该条数时提示，同一次集体活动只计一条",
        ),
    ] = 10
    month_end_days: Annotated[
        Number, setting("月末天数", "天", "每月最后若干天计为月末，用于记录质量提示")
    ] = 3
    quarter_end_days: Annotated[
        Number, setting("季末天数", "天", "每季度最后若干天计为季末，用于记录质量提示")
    ] = 10
    period_end_share: Annotated[
        Share, setting("期末集中比例", "%", "一月或一季的日志在月末或季末的比例不低于该值时提示")
    ] = 50
    period_entries: Annotated[
        Number, setting("期末集中最少条数", "条", "一月或一季的日志少于该条数时，不判断是否集中")
    ] = 10

    # --- names, lists and wordings ---

    village_aliases: Annotated[
        Aliases, setting("村名对照", "", "旧名或俗名与现名，格式为 旧名=现名，多个用顿号分开")
    ] = Field(default_factory=dict)
    action_items: Annotated[
        Words, setting("六项行动事项", "", "由上级填写，多项用顿号分开", "由上级填写")
    ] = ()
    public_period: Annotated[
        Periods,
        setting(
            "公示期", "", "金牌导师人选公示的起止日期，格式为 2026-12-01至2026-12-07；留空时公示中留出空格",
            "由上级填写",
        ),
    ] = ()  # fmt: skip
    public_receiver: Annotated[
        Wording,
        setting("公示受理单位", "", "公示期间受理反映的单位；留空时公示中留出空格", "由上级填写"),
    ] = ""
    public_phone: Annotated[
        Wording, setting("监督电话", "", "公示的监督电话；留空时公示中留出空格", "由上级填写")
    ] = ""
    public_signer: Annotated[
        Wording, setting("公示落款", "", "公示的落款单位；留空时为本级党委组织部", "由上级填写")
    ] = ""
    used_ids: Annotated[
        Aliases, setting("已用编号", "", "结转时写入，各类编号从其后继续，请勿修改", "结转写入")
    ] = Field(default_factory=dict)
    rating_one: Annotated[Wording, setting("评分标准：1 分", "", "六个方面 1 分的统一含义")] = (
        "不了解、不会做，需逐项指导"
    )
    rating_two: Annotated[Wording, setting("评分标准：2 分", "", "六个方面 2 分的统一含义")] = (
        "有所了解，尚不能脱离指导"
    )
    rating_three: Annotated[Wording, setting("评分标准：3 分", "", "六个方面 3 分的统一含义")] = (
        "常规工作能独立完成"
    )
    rating_four: Annotated[Wording, setting("评分标准：4 分", "", "六个方面 4 分的统一含义")] = (
        "复杂问题能处理，效果较好"
    )
    rating_five: Annotated[Wording, setting("评分标准：5 分", "", "六个方面 5 分的统一含义")] = (
        "能带动他人，经验可推广"
    )


@cache
def default_settings() -> Settings:
    """Return what holds where nothing is set, without the validator, which takes long to build."""
    return Settings.model_construct()


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the 参数 sheet shows it."""

    field: str
    name: str
    value: str
    unit: str
    meaning: str
    source: str


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
            read, problem = _read(fields[name], value)
            if problem:
                problems[name] = problem
            else:
                values[fields[name]] = read
    return Settings.model_validate(values), problems


@lru_cache(maxsize=1 << 12, typed=True)
def _read(field: str, value: Any) -> tuple[Any, str]:
    """Return a setting's value as typed, or the kind of its problem; most ledgers have the same."""
    try:
        return getattr(Settings.model_validate({field: value}), field), ""
    except ValidationError as bad:
        return None, kind_of(bad.errors()[0]["type"])


@cache
def settings_list() -> tuple[Setting, ...]:
    """Return every setting with its default as the 参数 sheet shows it, in sheet order."""
    defaults = default_settings()
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
