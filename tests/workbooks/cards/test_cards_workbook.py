"""The workbook of cards as a file: properties, sheets, links, chart, cells, bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl.chart.radar_chart import RadarChart
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.ooxml import ooxml_errors
from tests.workbooks.cards import samples as of
from tests.workbooks.cards.reading import facts_of, opened, sections
from validators.errors import UnreadableWorkbook
from validators.vocabulary import Aspect
from workbooks.cards.content import FILE_KIND, Assessment, Card, Cards, Fact, Milestone
from workbooks.cards.workbook import write_cards
from workbooks.files import file_kind
from workbooks.reader import read_ledger


def written(content: Cards, folder: Path) -> Path:
    path = folder / "成长档案卡.xlsx"
    write_cards(path, content)
    return path


def as_bytes(content: Cards) -> bytes:
    target = BytesIO()
    write_cards(target, content)
    return target.getvalue()


def the_card(card: Card, folder: Path) -> Worksheet:
    return opened(written(of.cards(card), folder)).worksheets[1]


def test_the_schema_of_excel_2016_finds_no_error(tmp_path: Path) -> None:
    some = of.cards(of.a_rich_card(1), of.a_card(2), of.an_organisation_card(), of.a_long_card(3))

    assert ooxml_errors(written(some, tmp_path)) == []
    assert ooxml_errors(written(of.many(61), tmp_path)) == []


def test_equal_cards_are_equal_bytes_and_others_are_not() -> None:
    card = of.a_rich_card()

    assert as_bytes(of.cards(card)) == as_bytes(of.cards(card))
    assert as_bytes(of.cards(card)) != as_bytes(of.cards(replace(card, trend="平稳")))


def test_it_is_known_for_what_it_is_and_refused_as_a_ledger(tmp_path: Path) -> None:
    file = written(of.cards(of.a_card()), tmp_path)

    assert file_kind(file) == FILE_KIND == "成长档案卡"
    with pytest.raises(UnreadableWorkbook, match="成长档案卡"):
        read_ledger(file)


def test_up_to_sixty_cards_have_a_sheet_each(tmp_path: Path) -> None:
    names = opened(written(of.many(60), tmp_path)).sheetnames

    assert len(names) == 61
    assert names[:3] == ["目录", "01 朱晓二", "02 朱晓三"]


def test_more_stand_fifty_to_a_sheet_of_one_unit(tmp_path: Path) -> None:
    content = of.many(61, ["原州区开城镇", "西吉县吉强镇"])

    names = opened(written(content, tmp_path)).sheetnames

    assert names == [
        "目录", "001-050 原州区开城镇", "051-061 原州区开城镇", "062-111 西吉县吉强镇",
        "112-122 西吉县吉强镇",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "[a]:*?/\\b",
        "'引号'",
        "长" * 60,
        "𠮷" * 40,
        "甲\n乙",
        "History",
        "=1+1",
        "",
        "朱某 13812345678",
    ],
)
def test_any_name_gives_a_legal_sheet_name(name: str, tmp_path: Path) -> None:
    twins = of.cards(of.a_card(1, name=name), of.a_card(2, name=name))

    names = opened(written(twins, tmp_path)).sheetnames[1:]

    assert len({one.casefold() for one in names}) == 2
    for one in names:
        assert 0 < len(one.encode("utf-16-le")) / 2 <= 31
        assert not re.search(r"[\[\]:*?/\\\n]|^'|'$|\d{11}", one)


@pytest.mark.parametrize("number", [3, 61])
def test_every_link_of_the_index_leads_to_its_card(number: int, tmp_path: Path) -> None:
    content = of.many(number)
    content = replace(content, cards=[replace(content.cards[0], name="朱'晓"), *content.cards[1:]])

    book = opened(written(content, tmp_path))

    links = {cell.value: cell.hyperlink for row in book["目录"].iter_rows() for cell in row}
    for card in content.cards:
        sheet, cell = links[card.mentee_id].location.rsplit("!", 1)
        there = book[sheet[1:-1].replace("''", "'")]
        row = there[cell].row
        assert there.cell(row, 1).value == "基层干部“导师帮带制”成长档案"
        assert there.cell(row + 1, 5).value == card.mentee_id
        assert there.cell(row, 11).hyperlink.location == "'目录'!A1"
        assert there.print_area.endswith(f"$I${there.max_row}")  # the link back is not printed


def test_the_radar_chart_draws_the_cells_of_the_score_table(tmp_path: Path) -> None:
    card = of.an_organisation_card()
    sheet = the_card(card, tmp_path)

    (chart,) = sheet._charts

    assert isinstance(chart, RadarChart)
    drawn = []
    for series in chart.series:
        name = read(sheet, series.tx.strRef.f)
        categories = read(sheet, series.cat.strRef.f)
        drawn.append((name, categories, read(sheet, series.val.numRef.f)))
        cached = [int(float(point.v)) for point in series.val.numRef.numCache.pt]
        assert cached == drawn[-1][2]
    aspects = [aspect.value for aspect in Aspect]
    assert drawn == [
        (["摸底"], aspects, list(card.baseline)),
        (["最新"], aspects, list(card.assessments[-1].scores)),
    ]
    assert (chart.y_axis.scaling.min, chart.y_axis.scaling.max) == (0, 5)


def read(sheet: Worksheet, reference: str) -> list[object]:
    name, cells = reference.rsplit("!", 1)
    assert name.strip("'") == sheet.title
    found = sheet[cells.replace("$", "")]
    return [row[0].value for row in found] if isinstance(found, tuple) else [found.value]


def test_a_chart_has_only_the_lines_there_are_scores_for(tmp_path: Path) -> None:
    rated = of.a_rich_card()

    def lines(card: Card) -> int:
        charts = the_card(card, tmp_path)._charts
        return len(charts[0].series) if charts else 0

    assert lines(rated) == 2
    assert lines(replace(rated, assessments=())) == 1
    assert lines(replace(rated, baseline=of.NOTHING)) == 1
    assert lines(of.a_card()) == 0


def test_scores_that_are_missing_leave_the_change_blank(tmp_path: Path) -> None:
    card = of.a_rich_card(baseline=(4, None, 3, 4, 1, 3))

    rows = sections(the_card(card, tmp_path))["六个方面"]

    assert [row[1:4] for row in rows[2:5]] == [[4, 5, 1], [None, 4, None], [3, 4, 1]]


def test_what_was_typed_is_never_a_formula_or_a_link(tmp_path: Path) -> None:
    formula = '=HYPERLINK("http://例","点")'
    card = of.a_rich_card(
        name=formula,
        unit="+1+1",
        facts=(Fact("姓名", formula), Fact("短板弱项", "@SUM(A1)", wide=True)),
        mentors=of.mentors(formula, post=formula),
        contacts=of.contacts(3, (formula,), formula),
        duties=of.duties(2, formula),
    )

    with ZipFile(written(of.cards(card), tmp_path)) as package:
        sheets = [name for name in package.namelist() if "worksheets/" in name]
        parts = [package.read(name).decode() for name in sheets if name.endswith(".xml")]
        assert not any("<f>" in part for part in parts)
        links = [name for name in sheets if name.endswith(".rels")]
        assert not any(b"hyperlink" in package.read(name) for name in links)
        assert "HYPERLINK" in package.read("xl/sharedStrings.xml").decode()


def test_no_mobile_number_is_printed(tmp_path: Path) -> None:
    phone = "13812345678"
    card = of.a_rich_card(
        name=f"朱某{phone}",
        facts=(Fact("短板弱项", f"打{phone}", wide=True),),
        contacts=of.contacts(2, content=f"打电话{phone}联系"),
        duties=of.duties(1, f"每周打{phone}"),
    )

    with ZipFile(written(of.cards(card), tmp_path)) as package:
        everything = b"".join(package.read(name) for name in package.namelist())

    assert phone.encode() not in everything
    assert everything.count(b"138****5678") >= 4


def test_joint_entries_say_how_contacts_are_counted(tmp_path: Path) -> None:
    found = sections(the_card(of.an_organisation_card(), tmp_path))["帮带记录"]

    assert found[0][4] == "联系 36 次，日志 20 条（一条涉及几名导师的计几次）"
    assert {row[2] for row in found[2:]} == {"马志远、王秀兰、阿卜杜热西提·买买提明"}
    assert [row[4] for row in found[2:]] == [
        f"【线下】一起核对圈棚补贴材料（第{one}次）" for one in range(1, 21)
    ]


def test_every_contact_duty_and_comment_is_listed_however_many(tmp_path: Path) -> None:
    entries = [
        contact._replace(problem=f"问题{number}", next_step=f"打算{number}")
        for number, contact in enumerate(of.contacts(60), 1)
    ]
    rated = [
        Assessment(date(2026, month, 20), (3,) * 6, 4, f"评价人{month}", of.LONG * 6 + f"{month}。")
        for month in range(1, 6)
    ]
    card = of.a_rich_card(contacts=tuple(entries), duties=of.duties(40), assessments=tuple(rated))

    found = sections(the_card(card, tmp_path))

    assert [row[3] for row in found["帮带记录"][2:]] == [
        f"【线下】{one.content}\n发现问题：{one.problem}\n下步打算：{one.next_step}"
        for one in entries
    ]
    assert [row[2] for row in found["职责清单"][2:]] == [duty.item for duty in card.duties]
    comments = [row for row in found["成长评价"] if row[0] == "评语"]
    assert [(row[1], row[7]) for row in comments] == [(a.comment, a.assessor) for a in rated]


def test_a_text_longer_than_a_line_of_the_sheet_goes_on_in_the_next(tmp_path: Path) -> None:
    text = "".join(f"第{number}件事，" for number in range(1, 900))
    card = of.a_rich_card(
        contacts=(*of.contacts(1, content=text), *of.contacts(1, content="末条")),
        facts=(Fact("短板弱项", text, wide=True),),
        milestones=(Milestone(of.START, "转化", text),),
    )

    sheet = the_card(card, tmp_path)
    found = sections(sheet)

    for rows, at in ((found["帮带记录"][2:-1], 3), (found["成长历程"][2:], 2)):
        assert len(rows) > 1
        assert [row[0] for row in rows[1:]] == [None] * (len(rows) - 1)
        assert text in "".join(row[at] for row in rows)
    assert text in "".join(str(row[1]) for row in found["基本情况"] if row[1])
    heights = [size.height for size in sheet.row_dimensions.values() if size.height]
    assert max(heights) < 409  # more no spreadsheet shows


def test_a_person_has_a_place_for_a_photo_and_an_organisation_its_own_form(tmp_path: Path) -> None:
    person = sections(the_card(of.a_rich_card(), tmp_path))
    organisation = sections(the_card(of.an_organisation_card(), tmp_path))

    photo = [row[7] for row in person["基本情况"] if row[7]]
    assert photo == ["照片"]
    assert [*person] == [
        "基本情况", "结对导师", "六个方面", "成长评价", "职责清单", "帮带记录", "成长历程",
        "培养成效", "期满考核", "签字确认",
    ]  # fmt: skip
    assert [*organisation] == [
        "党组织基本情况", "结对导师", "六个方面", "提升措施", "成长评价", "职责清单", "帮带记录",
        "提升历程", "期满考核", "验收销号", "签字确认",
    ]  # fmt: skip
    assert facts_of(organisation["提升措施"])["提升期限"] == "2026-12-31"
    assert any("党组织书记签字" in str(row[0]) for row in organisation["签字确认"])


def test_no_text_is_set_smaller_than_nine_points(tmp_path: Path) -> None:
    sheet = the_card(of.a_long_card(contacts=of.contacts(2)), tmp_path)

    cells = [cell for row in sheet.iter_rows(max_col=9) for cell in row if cell.value is not None]

    assert min(cell.font.size for cell in cells) >= 9
    assert not any(cell.alignment.shrink_to_fit for cell in cells)
