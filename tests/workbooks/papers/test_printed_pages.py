"""The papers as LibreOffice prints them: what stands on which page."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.support.office import Office
from tests.workbooks.papers import papers as of
from validators.vocabulary import Aspect, Mode, Rating
from workbooks.papers.agreements import FOR_MENTEES, FOR_MENTORS
from workbooks.papers.content import CompletionCertificate, Papers, Person
from workbooks.papers.workbook import write_completions, write_papers


def pages_of(content: Papers, office: Office, folder: Path) -> list[str]:
    """Return the text of each printed page without spaces and line breaks."""
    workbook = folder / "结对材料.xlsx"
    write_papers(workbook, content)
    return printed(workbook, office, folder)


def printed(workbook: Path, office: Office, folder: Path) -> list[str]:
    pdf = office.pdf(workbook, folder / "pdf")
    said = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, timeout=60
    )
    *pages, rest = said.stdout.decode().split("\f")
    assert not rest.strip()
    return [re.sub(r"\s+", "", page) for page in pages]


def test_every_certificate_fills_exactly_one_page(office: Office, tmp_path: Path) -> None:
    appointments = [of.an_appointment(one) for one in range(1, 120)]
    appointments.append(of.an_appointment(120, name=of.LONG_NAME, number="固导聘字" * 8))

    pages = pages_of(of.papers((), appointments, unit=of.LONG_UNIT), office, tmp_path)

    assert len(pages) == 120
    for number, page in enumerate(pages[:-1], 1):
        assert f"编号：开城镇导聘字〔2026〕{number:03d}号" in page
        assert f"导师{number}号同志：" in page
        assert "聘期自2026年3月1日至2027年2月28日。" in page
        assert page.endswith("（盖章）二〇二六年三月一日")
    assert f"{of.LONG_NAME}同志：" in pages[-1]
    assert "固导聘字" * 8 in pages[-1]


def test_every_certificate_of_completion_fills_exactly_one_page(
    office: Office, tmp_path: Path
) -> None:
    plain = CompletionCertificate(
        "J640402104-002", "陈小燕", False, "王秀兰", date(2025, 6, 1), date(2026, 5, 31),
        Rating.EXCELLENT, True, date(2026, 6, 5),
    )  # fmt: skip
    long = replace(
        plain, mentee=of.LONG_UNIT, organisation=True, mentor=of.LONG_NAME, graduated=False
    )
    workbook = tmp_path / "期满.xlsx"
    write_completions(workbook, of.LONG_UNIT, [plain, long, plain, long], date(2026, 6, 30))

    pages = printed(workbook, office, tmp_path)

    assert len(pages) == 4
    for page in pages[:2]:
        assert "出师证书陈小燕同志：您自2025年6月1日至2026年5月31日参加" in page
        assert "经期满考核，等次为优秀，准予出师。特发此证。" in page
        assert page.endswith("（盖章）二〇二六年六月五日")
    for page in pages[2:]:
        assert "期满证书" in page
        assert page.endswith("（盖章）二〇二六年六月五日")


def test_an_agreement_of_twelve_duties_is_two_pages(office: Office, tmp_path: Path) -> None:
    pairings = [
        of.a_pairing(1, duties=of.duties(12)),
        of.a_pairing(2, duties=of.duties(6, of.LONG_DUTY) + of.duties(6), weak=tuple(Aspect)),
        of.a_pairing(3, duties=(), weak=()),
        of.a_pairing(
            4, mentor=Person(of.LONG_NAME, of.LONG_POST), mentee=of.VILLAGE, organisation=True
        ),
    ]

    pages = pages_of(of.papers(pairings, unit=of.LONG_UNIT), office, tmp_path)[1:]

    assert len(pages) == 8
    for number, (front, back) in enumerate(zip(pages[::2], pages[1::2], strict=True), 1):
        assert front.startswith("基层干部“导师帮带制”帮带协议书")
        assert f"编号：J640402104-{number:03d}" in front
        assert f"编号：J640402104-{number:03d}" in back
        assert front.endswith("年月日年月日年月日")
        assert "丙方（盖章）：" in front
        assert all(text in back for text in (*FOR_MENTORS, *FOR_MENTEES))
    assert all(f"（{one}）" in pages[1] for one in range(1, 13))
    assert "重点帮助提升业务能力、组织建设。" in pages[0]
    assert "附件1帮带职责清单" in pages[1]
    assert "全面帮助提升。" in pages[4]
    assert "附件1" not in pages[4] + pages[5]
    assert "党组织书记：柯志强" in pages[6]
    assert "乙方签字（盖章）：" in pages[6]


def test_many_long_duties_go_on_before_the_prohibitions(office: Office, tmp_path: Path) -> None:
    pairings = [of.a_pairing(1, duties=of.duties(40, of.LONG_DUTY)), of.a_pairing(2)]

    pages = pages_of(of.papers(pairings), office, tmp_path)[1:]

    assert len(pages) == 6
    assert "".join(pages[1:4]).count("4次2026-09-01") == 40
    assert all("序号帮带方面职责事项次数完成期限" in page for page in pages[1:4])
    assert "附件2帮带负面行为清单" in pages[3]
    assert pages[4].startswith("基层干部“导师帮带制”帮带协议书")


def test_the_ceremony_list_repeats_its_head_and_keeps_pairs_together(
    office: Office, tmp_path: Path
) -> None:
    pairings = [
        of.a_pairing(
            one,
            mode=Mode.ONE_TO_MANY,
            mentor=Person(f"帮带导师{(one - 1) // 3}", of.LONG_POST if one < 7 else "开城镇 主任"),
            mentee=Person(f"对象第{one}名", "冯庄村 委员"),
        )
        for one in range(1, 31)
    ]
    content = of.papers([*pairings, *of.a_team(31, 4)])

    pages = [page for page in pages_of(content, office, tmp_path) if "结对仪式名单" in page]

    assert len(pages) >= 4
    for number, page in enumerate(pages, 1):
        assert page.startswith("2026年基层干部“导师帮带制”结对仪式名单")
        assert all(word in page for word in ("组织单位", "仪式地点", "导师签字", "对象签字"))
        assert f"第{number}页" in page
    for mentor in range(10):
        mentees = [f"对象第{mentor * 3 + one}名" for one in (1, 2, 3)]
        assert len({at for at, page in enumerate(pages) for name in mentees if name in page}) == 1
    assert "".join(pages).count("冯庄村支部委员会") <= 1  # one tall cell for the whole team
    assert "共结对34对：导师14人，帮带个人30人，帮带党组织1个。" in pages[-1]


def test_a_mentor_of_more_than_fit_a_page_goes_on(office: Office, tmp_path: Path) -> None:
    pairings = [
        of.a_pairing(one, mentee=Person(f"对象第{one}名", "冯庄村 委员"), duties=())
        for one in range(1, 31)
    ]

    pages = [p for p in pages_of(of.papers(pairings), office, tmp_path) if "结对仪式名单" in p]

    assert all(any(f"对象第{one}名" in page for page in pages) for one in range(1, 31))
    assert sum("马志远" in page for page in pages) == len(pages)  # written again on each page
