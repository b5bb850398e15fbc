"""The cards as LibreOffice prints them: what stands on which page."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.support.office import Office
from tests.workbooks.cards import samples as of
from workbooks.cards.content import Cards
from workbooks.cards.workbook import write_cards

TITLE = "基层干部“导师帮带制”成长档案单位："
SIGNED = "年月日年月日年月日"


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


def test_every_card_begins_on_a_page_and_fills_at_most_two(office: Office, tmp_path: Path) -> None:
    content = of.cards(
        of.a_card(1),
        of.a_rich_card(2),
        of.an_organisation_card(3),
        of.a_rich_card(4, contacts=of.contacts(500, content=of.LONG * 3)),
        of.a_long_card(5),
    )

    index, *pages = pages_of(content, office, tmp_path)

    starts = [at for at, page in enumerate(pages) if page.startswith(TITLE)]
    assert index.startswith("基层干部“导师帮带制”成长档案目录")
    assert all(card.mentee_id in index for card in content.cards)
    assert starts == [0, 1, 3, 5, 7]
    assert len(pages) == 11  # texts beyond all measure take more
    for at, card in zip(starts, content.cards, strict=True):
        assert f"编号：{card.mentee_id}数据截至2026-06-30" in pages[at]
    for end in (1, 3, 5, 7, 11):
        assert pages[end - 1].endswith(SIGNED)
    assert all(
        page.startswith("成长档案（续）") for at, page in enumerate(pages) if at not in starts
    )
    assert "返回目录" not in "".join(pages)


def test_an_empty_card_says_what_is_not_there(office: Office, tmp_path: Path) -> None:
    _, page = pages_of(of.cards(of.a_card()), office, tmp_path)

    for words in (
        "二、结对导师：尚未结对", "尚未摸底评分和评价", "四、成长评价：尚无评价",
        "五、职责清单：尚无职责", "六、帮带记录：尚无联系记录", "七、成长历程和成效：尚无登记",
        "八、期满考核：尚未期满考核",
    ):  # fmt: skip
        assert words in page


def test_a_rich_card_loses_no_word_of_what_it_lists(office: Office, tmp_path: Path) -> None:
    card = of.a_rich_card(contacts=of.contacts(12))

    _, *pages = pages_of(of.cards(card), office, tmp_path)

    text = "".join(pages)
    assert len(pages) == 2
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

    assert sum(page.startswith(TITLE) for page in pages) == 70
    assert all("成长档案目录" in page for page in pages if not page.startswith(TITLE))
    assert all(page.endswith(SIGNED) for page in pages if page.startswith(TITLE))
