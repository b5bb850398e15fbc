import pytest

from validators.sources.labels import Use, label_of, roles_in
from validators.sources.mapping import Split, Target

HEADINGS = {
    "mentor.name": "导师 导师姓名 帮带导师姓名 师傅 带教老师 责任导师 导师（帮带人）姓名 您的导师是谁 姓名（导师）",
    "individual.name": "帮带对象 2.您的帮带对象（必填） 徒弟姓名 被帮带人 受帮带人员 被指导干部姓名 年轻干部",
    "mentor.phone": "导师联系电话 师傅手机号 帮带导师的电话",
    "individual.post": "对象现任职务 帮带对象职务",
    "organisation.secretary": "书记 党组织书记姓名 现任书记 村党支部书记",
    "organisation.income": "村集体经济年收入（万元） 2025年村集体经济收入 集体收入",
    "organisation.measures_due": "完成时限 整改期限 整顿时限",
    "pairing.paired_on": "结对时间 结对帮带日期 签协议时间 何时结对",
    "pairing.until": "期满时间 帮带截止日期 协议到期时间",
    "log.date": "日期 3.帮带日期（单选） 什么时候帮带的 走访时间 帮带工作时间",
    "log.content": "内容 帮带内容（不少于20字） 做了什么 指导内容 帮带工作开展情况",
    "log.hours": "时长(分钟) 用时（小时） 帮带时长",
    "assessment.comment": "评语 综合评语 评价意见",
    "duty.due_on": "时限 最后期限 办理时限",
    "mentor.certificate": "证书编号 聘任证书号 聘书编号",
}
PERSONS = {
    "name": "*姓名 01、姓名 请填写您的姓名",
    "post": "职务 现任职务/岗位 岗位职务",
    "phone": "手机/电话 联系方式 手机号码（11位）",
    "competence": "业务能力 业务能力得分 业务能力（20分） 业务能力方面",
    "village": "所在村（社区） 村名 任职村",
}
DATA = "马志远 男 回族 开城镇冯庄村 村党支部委员 13895401234 2026年3月5日 指导完善台账 线下 √ 无"


@pytest.mark.parametrize(
    ("heading", "field"), [(h, f) for f, listed in HEADINGS.items() for h in listed.split()]
)
def test_headings_as_people_write_them(heading: str, field: str) -> None:
    target, label = Target(*field.split(".")), label_of(heading)

    assert label is not None
    assert target in label.targets or (label.role, label.person) == target


@pytest.mark.parametrize(
    ("heading", "field"), [(h, f) for f, listed in PERSONS.items() for h in listed.split()]
)
def test_fields_of_whichever_person(heading: str, field: str) -> None:
    label = label_of(heading)

    assert label is not None
    assert label.person == field
    assert label.role == ""


@pytest.mark.parametrize("text", DATA.split())
def test_cells_of_a_table_are_no_headings(text: str) -> None:
    assert label_of(text) is None


@pytest.mark.parametrize(
    ("heading", "split"),
    [
        ("工作单位及职务", Split.UNIT_AND_POST),
        ("单位\n职务", Split.UNIT_AND_POST),
        ("姓名（电话）", Split.NAME_AND_PHONE),
        ("导师及电话", Split.NAME_AND_PHONE),
        ("出生年月（岁）", Split.AGE_OR_BIRTH),
        ("单位", Split.NONE),
    ],
)
def test_headings_of_cells_that_hold_two_things(heading: str, split: Split) -> None:
    label = label_of(heading)

    assert label is not None
    assert label.split is split


@pytest.mark.parametrize(
    ("heading", "use"),
    [
        ("序号", Use.SERIAL),
        ("身份证号码", Use.ID_NUMBER),
        ("6.现场照片", Use.ATTACHMENT),
        ("提交时间", Use.SYSTEM),
        ("学历", Use.REMARK),
        ("10月份", Use.MONTH),
    ],
)
def test_headings_of_what_is_no_field(heading: str, use: Use) -> None:
    label = label_of(heading)

    assert label is not None
    assert label.use is use


def test_a_question_of_several_answers_names_the_answer_of_its_column() -> None:
    for heading in ("4.帮带方面（产业发展）", "帮带方面:产业发展", "帮带方面_产业发展"):
        label = label_of(heading)
        assert label is not None
        assert (label.option, label.targets[0]) == ("产业发展", Target("log", "aspect"))


def test_the_name_of_the_programme_speaks_of_no_mentor() -> None:
    assert roles_in("开城镇导师帮带制帮带对象花名册") == {"individual"}
    assert roles_in("导师名册") == {"mentor"}
    assert roles_in("各村情况") == set()
