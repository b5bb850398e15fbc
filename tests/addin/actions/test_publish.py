"""What townships share goes up with the ledgers and comes back as posts each of them takes in."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from addin.actions.consolidate import consolidate
from addin.actions.exchange.package import Package, read_package
from addin.actions.exchange.publish import publish, write_to
from addin.actions.exchange.receive import receive_posts
from addin.actions.ledger_set import DatedLedger, fill_ids, read_ledgers, write_changed_copy
from addin.buttons import LedgerChange
from addin.clock import now
from addin.sentences import edited_lines
from tests.addin.actions.published import AS_OF, a_notice, a_package
from tests.support.shared import SharedFolder
from validators.divisions import by_code
from validators.errors import UsageError, WriteRefused
from validators.sheets import ExchangeRow
from validators.vocabulary import ExchangeKind, Level, Source
from workbooks.masking import mask_text
from workbooks.patch.ledger_copy import update_workbook
from workbooks.reader import read_ledger
from workbooks.samples import clean_rows
from workbooks.template.layout import FIRST_ROW
from workbooks.template.workbook import write_ledger
from workbooks.updates import SheetUpdate

ASKING, SHARING, OTHER = "640402104", "640402100", "640422100"


def post(unit: str, number: int, kind: str, **changes: Any) -> dict[str, Any]:
    return {
        "exchange_id": f"L{unit}-{number:04d}", "date": AS_OF - timedelta(9), "kind": kind,
        "author": f"{by_code()[unit].name}党委", "title": f"{kind} {number}",
        "content": "两份；有事打 13912345678", "origin": "本乡镇", **changes,
    }  # fmt: skip


POSTS = {
    ASKING: [post(ASKING, 1, "问题"), post(ASKING, 2, "答复", reply_to=f"L{SHARING}-0002")],
    SHARING: [
        post(SHARING, 1, "答复", reply_to=f"L{ASKING}-0001"),
        post(SHARING, 2, "经验", title="手把手带"),
        post(SHARING, 3, "答复", reply_to=f"L{ASKING}-0099", title="没有这个问题"),
    ],
    OTHER: [],
}


@pytest.fixture(scope="module")
def reported(shared_folder: SharedFolder) -> Path:
    """Return the ledgers of three townships that ask, answer and share, and their consolidation."""

    def write(folder: Path) -> None:
        (folder / "上报").mkdir()
        for unit, posts in POSTS.items():
            rows = {**clean_rows(unit, seed=3, as_of=AS_OF, log_rows=20), "exchange": posts}
            path = folder / "上报" / f"{by_code()[unit].name}.xlsx"
            write_ledger(path, by_code()[unit], AS_OF.year, rows=rows, as_of=AS_OF)
        consolidate([folder / "上报"], folder / "汇总.xlsx", as_of=AS_OF)

    return shared_folder("published-posts", write)


def ledger_of(folder: Path, unit: str) -> Path:
    return folder / "上报" / f"{by_code()[unit].name}.xlsx"


def received(package: Package, source: Path, out: Path) -> LedgerChange:
    def compute(dated: DatedLedger) -> LedgerChange:
        return receive_posts(dated, package)

    return write_changed_copy(compute, source, out, as_of=AS_OF).change


def posts_in(path: Path) -> dict[str, dict[str, Any]]:
    table = read_ledger(path).ledger.table(ExchangeRow)
    return {row.exchange_id or "": row.model_dump() for row in table.records()}


@pytest.fixture(scope="module")
def package(reported: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    result = publish(reported / "汇总.xlsx", tmp_path_factory.mktemp("下发"))
    assert [answer for answer in result.unsent if "没有这个问题" in answer]
    assert result.out.name == "固原市下发通报（2026-06-30）.xlsx"
    return read_package(result.out)


def test_a_reply_finds_its_question_and_everybody_gets_what_is_for_all(
    reported: Path, package: Package, tmp_path: Path
) -> None:
    asked = received(package, ledger_of(reported, ASKING), tmp_path / "问.xlsx")
    received(package, ledger_of(reported, OTHER), tmp_path / "旁.xlsx")

    asking, other = posts_in(tmp_path / "问.xlsx"), posts_in(tmp_path / "旁.xlsx")
    answer = asking[f"L{SHARING}-0001"]
    assert (answer["reply_to"], answer["origin"]) == (f"L{ASKING}-0001", Source.CITY)
    assert answer["content"] == "两份；有事打 139****5678"
    assert f"L{SHARING}-0001" not in other
    assert f"L{SHARING}-0002" in asking.keys() & other.keys()
    assert "新增" in asked.sentences[0]
    for ledger in (asking, other):
        (mine,) = [p for p in ledger.values() if p["title"].startswith("比学赶帮排名")]
        assert mine["content"].startswith("本单位第 ")
        assert mine["kind"] is ExchangeKind.NOTICE
    contents = [
        p["content"] for led in (asking, other) for p in led.values() if "排名" in p["title"]
    ]
    assert len(set(contents)) == 2


@given(
    st.lists(
        st.permutations([(ASKING, "一"), (ASKING, "二"), (SHARING, "三")]), min_size=2, max_size=2
    )
)
@settings(
    max_examples=1, deadline=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
)
def test_published_again_with_more_answers_in_another_order_each_is_there_once(
    reported: Path, tmp_path: Path, orders: list[list[tuple[str, str]]]
) -> None:
    asked = {ASKING: f"L{ASKING}-0001", SHARING: f"L{SHARING}-0002"}
    typed, ledgers = tmp_path / "填.xlsx", {unit: ledger_of(reported, unit) for unit in asked}
    for number, order in enumerate(orders, 1):
        answers = order[: 3 if number == len(orders) else number]
        type_answers(reported / "汇总.xlsx", typed, [(asked[unit], text) for unit, text in answers])
        package = read_package(publish(typed, tmp_path).out)
        for unit, ledger in ledgers.items():
            out = tmp_path / f"{unit}-{number}.xlsx"
            out.unlink(missing_ok=True)
            if received(package, ledger, out).updates:
                ledgers[unit] = out

        for unit, ledger in ledgers.items():
            sent = [p for p in posts_in(ledger).values() if p["author"] == "固原市"]
            replies = [(p["reply_to"], p["content"]) for p in sent if p["kind"] == "答复"]
            wanted = {(asked[to], text) for to, text in answers if to == unit}
            assert wanted <= {*replies}
            assert [p for p in sent if mask_text(p["exchange_id"]) != p["exchange_id"]] == []
            assert sorted({*replies}) == sorted(replies)
            assert len({p["title"] for p in sent if p["kind"] == "通报"}) + len(replies) == len(
                sent
            )


def type_answers(source: Path, out: Path, answers: list[tuple[str, str]]) -> None:
    """Type answers below the posts of a consolidated workbook, as a superior does."""
    book = openpyxl.load_workbook(source)
    sheet = book["交流园地"]
    columns = {cell.value: cell.column for cell in sheet[FIRST_ROW - 1]}
    for row, (reply_to, text) in enumerate(answers, sheet.max_row + 1):
        cells = {"日期": AS_OF, "类型": "答复", "回复编号": reply_to, "标题": text, "内容": text}
        for heading, value in cells.items():
            sheet.cell(row, columns[heading]).value = value
    book.save(out)


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the consolidation of a township with three open questions and an answer that is wrong."""
    folder, day = tmp_path_factory.mktemp("提问"), AS_OF - timedelta(99)
    posts = [post(ASKING, n, "问题", date=day, title=f"怎么办；第 {n} 问") for n in (1, 2, 3)]
    posts += [post(ASKING, 4, "答复", reply_to=f"L{ASKING}-0001", exchange_id=f"L{OTHER}-0001")]
    rows = {**clean_rows(ASKING, seed=3, as_of=AS_OF, log_rows=9), "exchange": posts}
    (folder / "上报").mkdir()
    ledger = folder / "上报" / "开城镇.xlsx"
    write_ledger(ledger, by_code()[ASKING], AS_OF.year, rows=rows, as_of=AS_OF)
    consolidate([ledger.parent], folder / "汇总.xlsx", as_of=AS_OF)
    return folder / "汇总.xlsx"


def test_an_answer_in_a_row_with_an_error_is_told_and_not_sent_down(
    questions: Path, tmp_path: Path
) -> None:
    result = publish(questions, tmp_path)

    assert [line.partition("》")[0] for line in result.unsent] == [f"答复 L{OTHER}-0001《答复 4"]
    assert {sent["kind"] for _, sent in result.package.posts} == {ExchangeKind.NOTICE}


@pytest.mark.parametrize("answered", [{2}, {1, 3}, {1, 2, 3}])
def test_a_question_that_is_answered_in_the_same_package_is_not_called_open(
    questions: Path, tmp_path: Path, answered: set[int]
) -> None:
    answers = [(f"L{ASKING}-000{number}", "这样办") for number in answered]
    type_answers(questions, tmp_path / "填.xlsx", answers)

    posts = [sent for _, sent in publish(tmp_path / "填.xlsx", tmp_path).package.posts]

    told = "".join(sent["content"] for sent in posts if sent["title"].startswith("待答复"))
    assert {n for n in (1, 2, 3) if f"L{ASKING}-000{n}" in told} == {1, 2, 3} - answered
    assert {n for n in (1, 2, 3) if f"第 {n} 问" in told} == {1, 2, 3} - answered


def test_a_further_answer_in_a_later_round_is_a_post_of_its_own(
    questions: Path, tmp_path: Path
) -> None:
    path, asked = tmp_path / "填.xlsx", f"L{ASKING}-0002"
    type_answers(questions, path, [(asked, "先这样")])
    (_, first), *_ = publish(path, tmp_path).package.posts
    type_answers(path, path, [(asked, "再那样")])
    book = openpyxl.load_workbook(path)
    sheet = book["交流园地"]
    columns = {cell.value: cell.column for cell in sheet[FIRST_ROW - 1]}
    for heading, name in (
        ("编号", "exchange_id"),
        ("来源", "origin"),
    ):  # as the township reports it
        sheet.cell(sheet.max_row - 1, columns[heading]).value = first[name]
    book.save(path)

    answers = [p for _, p in publish(path, tmp_path).package.posts if p["kind"] == "答复"]

    assert [(p["content"], p["exchange_id"] == first["exchange_id"]) for p in answers] == [
        ("再那样", False)
    ]


def test_what_somebody_typed_into_a_workbook_is_kept_when_it_is_written_anew(
    reported: Path, tmp_path: Path
) -> None:
    out, folder = tmp_path / "汇总.xlsx", reported / "上报"
    type_answers(reported / "汇总.xlsx", out, [(f"L{ASKING}-0001", "这样办")])
    typed = out.read_bytes()

    told = []
    for _ in range(2):
        consolidate([folder], out, as_of=AS_OF)
        told += edited_lines()

    (kept,) = (tmp_path / "备份").iterdir()
    assert kept.read_bytes() == typed
    assert told == [f"原文件有人改动过，已存入：{kept}，改动的内容不带入新文件。"]


def test_what_was_received_changes_no_figure_and_makes_no_finding(
    reported: Path, package: Package, tmp_path: Path
) -> None:
    folder = tmp_path / "再报"
    folder.mkdir()
    for unit in POSTS:
        source = ledger_of(reported, unit)
        received(package, source, folder / source.name)

    again = consolidate([folder], tmp_path / "又.xlsx", as_of=AS_OF)
    first = consolidate([reported / "上报"], tmp_path / "初.xlsx", as_of=AS_OF)

    for level in (Level.ERROR, Level.WARNING):
        assert again.report.count(level) == first.report.count(level)
    more = publish(tmp_path / "又.xlsx", tmp_path / "又发").package
    assert {p["exchange_id"] for _, p in more.posts} == {p["exchange_id"] for _, p in package.posts}


def test_receiving_twice_adds_nothing_and_a_later_package_renews_the_post(
    reported: Path, package: Package, tmp_path: Path
) -> None:
    first = tmp_path / "一.xlsx"
    received(package, ledger_of(reported, ASKING), first)

    assert received(package, first, tmp_path / "二.xlsx").updates == []
    assert not (tmp_path / "二.xlsx").exists()

    changed = [(to, {**p, "content": "改了"}) for to, p in package.posts]
    change = received(Package(package.publisher, AS_OF, changed), first, tmp_path / "三.xlsx")
    assert "新增 0 条" in change.sentences[0]
    now_there, before = posts_in(tmp_path / "三.xlsx"), posts_in(first)
    for code, old in before.items():
        own = old["origin"] is Source.TOWNSHIP
        assert now_there[code]["content"] == (old["content"] if own else "改了")
    older = [
        (to, {**p, "date": AS_OF - timedelta(99), "content": "旧的"}) for to, p in package.posts
    ]
    assert (
        received(Package(package.publisher, AS_OF, older), first, tmp_path / "四.xlsx").updates
        == []
    )


def test_a_townships_own_post_is_never_touched(reported: Path, tmp_path: Path) -> None:
    own = POSTS[ASKING][0]["exchange_id"]
    package = a_package((ASKING, a_notice(exchange_id=own, title="冒充")))

    assert received(package, ledger_of(reported, ASKING), tmp_path / "一.xlsx").updates == []


def test_the_next_number_goes_on_after_the_townships_own(
    reported: Path, package: Package, tmp_path: Path
) -> None:
    received(package, ledger_of(reported, OTHER), tmp_path / "一.xlsx")
    question = {
        "date": AS_OF,
        "kind": "问题",
        "author": "本镇",
        "title": "怎么办",
        "origin": "本乡镇",
    }
    typed = SheetUpdate(ExchangeRow.sheet.key, append=(question,))
    update_workbook(tmp_path / "一.xlsx", tmp_path / "二.xlsx", [typed])

    ledger, _ = fill_ids(read_ledgers(tmp_path / "二.xlsx", as_of=AS_OF).examined[0].ledger)

    assert f"L{OTHER}-0001" in ledger.table(ExchangeRow).column("exchange_id")


def changed_package(
    tmp_path: Path, *changes: tuple[bytes, bytes], package: Package | None = None
) -> Path:
    """Return a package some bytes of which are others."""
    source, out = tmp_path / "原.xlsx", tmp_path / "改.xlsx"
    write_to(source, package or a_package())
    with ZipFile(source) as before, ZipFile(out, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            for old, new in changes:
                data = data.replace(old, new)
            after.writestr(name, data)
    return out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((b"<vt:lpwstr>1<", b"<vt:lpwstr>2<"), "另一版本"),
        (("下发通报<".encode(), "汇总表<".encode()), "不是下发通报"),
        ((b"<vt:lpwstr>6404<", b"<vt:lpwstr>9999<"), "未写明下发单位"),
        (("市级下发".encode(), "本乡镇".encode()), "第 4 行内容有误"),
        ((b"L640400000", b"=cmd|'/c'!A"), "第 4 行内容有误"),
        (("通报<".encode(), "命令<".encode()), "不"),
        (("接收单位代码".encode(), "别的".encode()), "缺少"),
    ],
)
def test_a_package_that_is_not_as_we_write_it_is_refused_whole(
    change: tuple[bytes, bytes], told: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=told):
        read_package(changed_package(tmp_path, change))


def test_a_bomb_is_refused_and_no_ledger_is_a_package(reported: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="未接收"):
        read_package(ledger_of(reported, OTHER))
    bomb = tmp_path / "炸.xlsx"
    shutil.copyfile(changed_package(tmp_path), bomb)
    with ZipFile(bomb, "a", compression=8) as package:
        package.writestr("xl/worksheets/sheet9.xml", b"0" * (80 << 20))
    bomb.write_bytes(bomb.read_bytes()[: len(bomb.read_bytes()) // 2])
    with pytest.raises(UsageError, match="未接收"):
        read_package(bomb)


@pytest.mark.parametrize(
    ("package", "told"),
    [
        (a_package(publisher="640422"), "不是本单位的上级"),
        (Package("6404", AS_OF + timedelta(1), a_package().posts), "晚于今天"),
    ],
)
def test_only_a_superior_and_only_up_to_today_is_received(
    package: Package, told: str, reported: Path
) -> None:
    examined = read_ledgers(ledger_of(reported, ASKING), as_of=AS_OF).examined[0]
    with pytest.raises(UsageError, match=told):
        receive_posts(DatedLedger(examined, AS_OF, now()), package)


def test_a_package_overwrites_packages_only(reported: Path, tmp_path: Path) -> None:
    out = publish(reported / "汇总.xlsx", tmp_path).out
    assert publish(reported / "汇总.xlsx", tmp_path).out == out
    shutil.copyfile(ledger_of(reported, OTHER), out)
    with pytest.raises(WriteRefused):
        publish(reported / "汇总.xlsx", tmp_path)
