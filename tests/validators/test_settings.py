from datetime import date

import pytest

from tests.build import a_ledger, a_setting
from validators.settings import Settings, read_settings, settings_list, show
from validators.validation import count_rows, settings_of
from validators.vocabulary import Level

NAMES = {info.title: field for field, info in Settings.model_fields.items()}


# --- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", settings_list(), ids=lambda s: s.field)
def test_every_default_reads_back_from_the_text_it_is_shown_as(setting) -> None:
    read, problems = read_settings([(setting.name, setting.value or None)])

    assert problems == {}
    assert getattr(read, setting.field) == getattr(Settings(), setting.field)


@pytest.mark.parametrize("setting", settings_list(), ids=lambda s: s.field)
def test_every_setting_says_what_it_means_and_where_it_comes_from(setting) -> None:
    assert setting.name
    assert setting.meaning
    assert setting.source


def test_settings_are_named_once() -> None:
    assert len(NAMES) == len(Settings.model_fields)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("导师帮带人数上限", "６人", 6),
        ("导师帮带人数上限", 6, 6),
        ("帮带周期", "24个月", None),
        ("联系完成率下限", "85%", 85.0),
        ("联系完成率下限", "0", 0.0),
        ("联系完成率下限", "0.8", None),  # a cell formatted as percent: 0.8 or 80 %?
        ("联系完成率下限", "101", None),
        ("帮带周期", "半年", None),
        ("帮带周期", "-1", None),
        ("帮带周期", "1.5", None),
        (
            "免计时段",
            "2026-02-10 至 2026-02-24、2026年10月1日至2026年10月8日",
            ((date(2026, 2, 10), date(2026, 2, 24)), (date(2026, 10, 1), date(2026, 10, 8))),
        ),
        ("免计时段", "2026-02-24至2026-02-10", None),
        ("免计时段", "2026-02-24", None),
        ("免计时段", "春节", None),
        ("村名对照", "关台村=开城村，旧庄村委会＝冯庄村", {"关台村": "开城村", "旧庄村": "冯庄村"}),
        ("村名对照", "关台村 = 开城村", {"关台村": "开城村"}),
        ("村名对照", "关台村现开城村", None),
        ("村名对照", "关台村=", None),
        ("预警规则分值", "上月未联系=35、职责逾期 ＝ 0分", {"上月未联系": 35, "职责逾期": 0}),
        ("预警规则分值", "上月未联系=高", None),
        ("预警规则分值", "上月未联系35", None),
        ("六项行动事项", "抓党建，强队伍", ("抓党建", "强队伍")),
        ("匹配权重", "20,20,20,20,20", ("20", "20", "20", "20", "20")),
        ("匹配权重", "20、20、20、20", None),
        ("匹配权重", "高、高、中、低、低", None),
        ("便捷系数", "1、0.9、0.5、0.1", ("1", "0.9", "0.5", "0.1")),
    ],
)
def test_a_setting_is_read_as_typed_or_refused(name, typed, value) -> None:
    read, problems = read_settings([(name, typed)])

    if value is None:
        assert set(problems) == {name}
        assert read == Settings()
    else:
        assert problems == {}
        assert getattr(read, NAMES[name]) == value


def test_what_is_read_is_shown_as_it_can_be_read_again() -> None:
    typed = {
        "免计时段": "2026-02-10至2026-02-24、2026-10-01至2026-10-08",
        "村名对照": "关台村=开城村、旧庄村=冯庄村",
        "联系完成率下限": "82.5",
        "匹配权重": "20、20、20、20、20",
    }

    read, _ = read_settings(typed.items())

    assert {name: show(getattr(read, NAMES[name])) for name in typed} == typed


def test_unknown_names_and_blank_values_change_nothing() -> None:
    read, problems = read_settings([("导师上限", "9"), ("帮带周期", None)])

    assert problems == {"导师上限": "unknown"}
    assert read == Settings()


def test_what_is_not_typed_comes_from_the_base() -> None:
    read, _ = read_settings([("帮带周期", "24")], base=Settings(load_limit=9))

    assert (read.period_months, read.load_limit) == (24, 9)


# --- of a ledger ---------------------------------------------------------------------------------


def said(findings):
    return [(f.code, f.level, f.cell, f.value) for f in findings]


def test_a_township_is_judged_by_its_own_settings_alone() -> None:
    ledger = a_ledger(setting=[a_setting("导师帮带人数上限", "4")])

    settings, findings = settings_of(ledger, None)

    assert settings.load_limit == 4
    assert findings == []


def test_the_superior_wins_and_a_deviation_is_said() -> None:
    ledger = a_ledger(
        setting=[
            a_setting("帮带周期", 12),
            a_setting("导师帮带人数上限", "4人"),
            a_setting("评价间隔", None),
        ]
    )

    settings, findings = settings_of(ledger, Settings(load_limit=6, assessment_months=6))

    assert (settings.load_limit, settings.assessment_months) == (6, 6)
    assert said(findings) == [("setting.value.deviates", Level.WARNING, "B5", "4人")]


MAY = "2026-05-01至2026-05-31"


def test_whole_months_a_township_exempts_by_itself_are_told_to_its_superior() -> None:
    ledger = a_ledger(setting=[a_setting("免计时段", f"2026-03-30至2026-04-26、{MAY}")])

    _, findings = settings_of(ledger, None)

    assert [(f.code, f.level, f.cell) for f in findings] == [
        ("setting.exempt.months", Level.WARNING, "B4")
    ]
    assert "整月免计 2026-04、2026-05" in findings[0].message


@pytest.mark.parametrize(
    ("typed", "superior"), [("2026-02-10至2026-02-24", None), ("2026-05-01至2026-05-24", None)]
)
def test_a_holiday_is_no_month_exempted(typed: str, superior: Settings | None) -> None:
    ledger = a_ledger(setting=[a_setting("免计时段", typed)])

    assert settings_of(ledger, superior)[1] == []


def test_a_deviation_from_the_superior_names_the_months_it_would_exempt() -> None:
    ledger = a_ledger(setting=[a_setting("免计时段", MAY)])
    same = Settings.model_validate({"免计时段": MAY})

    (finding,) = settings_of(ledger, Settings())[1]

    assert finding.code == "setting.value.deviates"
    assert "整月免计 2026-05，已按上级参数处理" in finding.message
    assert settings_of(ledger, same)[1] == []


def test_an_unreadable_value_is_an_error_and_the_default_stands() -> None:
    ledger = a_ledger(setting=[a_setting("帮带周期", "12"), a_setting("导师帮带人数上限", "若干")])

    settings, findings = settings_of(ledger, None)

    assert settings == Settings()
    assert said(findings) == [("setting.value.unreadable", Level.ERROR, "B5", "若干")]
    (count,) = [count for count in count_rows(ledger) if count.sheet == "参数"]
    assert (count.rows, count.accepted, count.rejected) == (2, 1, 1)


def test_an_unknown_name_is_a_notice_at_the_name() -> None:
    ledger = a_ledger(setting=[a_setting("导师上限", "9")])

    _, findings = settings_of(ledger, Settings())

    assert said(findings) == [("setting.name.unknown", Level.NOTICE, "A4", "导师上限")]


def test_a_value_without_a_name_is_left_to_the_column_check() -> None:
    ledger = a_ledger(setting=[{"value": "9"}])

    assert settings_of(ledger, Settings()) == (Settings(), [])
