"""The cards as LibreOffice prints them: what stands on which page."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.support.office import Office
from tests.workbooks.cards import samples as of
from workbooks.cards.content import Cards
from workbooks.cards.workbook import write_cards

TITLES = ("基层干部“导师帮带制”成长档案", "村（社区）党组织“导师帮带制”帮带档案")
SIGNED = "年月日年月日年月日"


def begins(page: str) -> bool:
    return page.startswith(TITLES) and not page.startswith(f"{TITLES[0]}目录")


def pages_of(content: Cards, office: Office, folder: Path) -> list[str]:
    """Return the text of each printed page without spaces and line breaks."""
    workbook = folder / "成长档案卡.xlsx"
    write_cards(workbook, content)
    pdf = office.pdf(workbook, folder / "pdf")
    said = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, timeout=60
    )
    *pages, rest = said.stdout.decode().split("\f")
    assert not rest.strip()
    return [re.sub(r"\s+", "", page) for page in pages]


def test_every_card_begins_on_a_page_and_says_which_of_how_many_each_is(
    office: Office, tmp_path: Path
) -> None:
    content = of.cards(
        of.a_card(1),
        of.a_rich_card(2),
        of.an_organisation_card(3),
        of.a_rich_card(4, contacts=of.contacts(60, content=of.LONG)),
        of.a_long_card(5, contacts=of.contacts(3, content=of.LONG * 80)),
    )

    index, *pages = pages_of(content, office, tmp_path)

    starts = [at for at, page in enumerate(pages) if begins(page)]
    assert index.startswith("基层干部“导师帮带制”成长档案目录")
    assert all(card.mentee_id in index for card in content.cards)
    assert len(starts) == len(content.cards)
    assert starts[:2] == [0, 1]  # where nothing is known, one page is enough
    for start, end, card in zip(starts, [*starts[1:], len(pages)], content.cards, strict=True):
        own = pages[start:end]
        assert card.mentee_id in own[0]
        for number, page in enumerate(own, 1):
            assert f"第{number}页，共{len(own)}页" in page
            assert number == 1 or page[4:7] == "（续）"
        assert own[-1].endswith(SIGNED)
        assert not any(page.endswith(SIGNED) for page in own[:-1])
    sixty = pages[starts[3] : starts[4]]
    assert all(f"（第{one}次）" in "".join(sixty) for one in range(1, 61))
    assert sum("日期帮带方面导师帮带内容" in page for page in sixty) >= 4  # headings go on
    assert "返回目录" not in "".join(pages)


def test_an_empty_card_says_what_is_not_there(office: Office, tmp_path: Path) -> None:
    _, page = pages_of(of.cards(of.a_card()), office, tmp_path)

    for words in (
        "二、结对导师：尚未结对", "三、六个方面：尚未摸底评分和评价", "四、成长评价：尚无评价",
        "五、职责清单：尚无职责", "六、帮带记录：尚无联系记录", "七、成长历程：尚无登记",
        "八、培养成效：尚无登记", "九、期满考核：尚未期满考核",
    ):  # fmt: skip
        assert words in page


def test_a_rich_card_loses_no_word_of_what_it_lists(office: Office, tmp_path: Path) -> None:
    card = of.a_rich_card(contacts=of.contacts(12))

    _, *pages = pages_of(of.cards(card), office, tmp_path)

    text = "".join(pages)
    assert "联系31次" in text
    assert all(f"（第{one}次）" in text for one in range(1, 13))
    assert all(f"{one.day}{''.join(map(str, one.scores))}" in text for one in card.assessments)
    assert all(f"{one.item}{one.done}/{one.target}" in text for one in card.duties)
    for fact in card.facts + card.results:
        assert f"{fact.label}{fact.text}".replace(" ", "") in text
    assert "2026-06-30马志远J640402104-00192优秀出师" in text


def test_cards_on_a_shared_sheet_begin_on_pages_of_their_own(
    office: Office, tmp_path: Path
) -> None:
    pages = pages_of(of.many(70), office, tmp_path)

    assert sum(begins(page) for page in pages) == 70
    assert all("成长档案目录" in page for page in pages if not begins(page))
    assert all(page.endswith(SIGNED) for page in pages if begins(page))
