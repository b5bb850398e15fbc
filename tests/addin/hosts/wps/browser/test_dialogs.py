"""Dialogues of the add-in, drawn by the browser and answered in it; and what is said without a service."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from addin.hosts.wps import operations as op
from addin.hosts.wps.connection import Connection, write_script
from tests.addin.hosts.wps.browser.driving import Window
from tests.support.chromium import Chromium, Page
from tests.support.wps_application import Wps

Act = Callable[[Page], object]


@pytest.fixture
def window(chromium: Chromium, addin: Path, tmp_path: Path) -> Iterator[Window]:
    """Return a window without a spreadsheet and without a service."""
    folder = tmp_path / "导师 帮带"
    shutil.copytree(addin, folder)
    write_script(folder, Connection.fresh())
    wps = Wps()
    with Window(chromium, wps, folder) as opened:
        yield opened
    assert wps.faults == []


def waits(window: Window, act: Act) -> None:
    """Have the window show dialogues as builds do in which the script waits for the clerk."""

    def show(address: str, width: int, height: int) -> None:
        page = window.dialog(address, width, height)
        act(page)
        page.close()

    window.wps.app.clerk.show = show


def goes_on(window: Window) -> list[tuple[str, int, int]]:
    """Have it show them as builds do in which the script goes on; return their addresses and sizes."""
    shown: list[tuple[str, int, int]] = []
    window.wps.app.clerk.show = lambda *how: shown.append(how)
    return shown


def click(name: str) -> Act:
    return lambda page: page.run(f"document.getElementById('{name}').click()")


def alert(text: str, buttons: str = "ok", *, critical: bool = False) -> op.Alert:
    return op.Alert(text=text, title="导师帮带", buttons=buttons, critical=critical)


@pytest.mark.parametrize(
    ("buttons", "labels"),
    [
        ("ok", {"ok": "确定"}),
        ("ok_cancel", {"ok": "确定", "cancel": "取消"}),
        ("yes_no", {"yes": "是", "no": "否"}),
        ("yes_no_cancel", {"yes": "是", "no": "否", "cancel": "取消"}),
    ],
)
def test_a_message_offers_its_choices_and_hands_the_clicked_one_back(
    buttons: str, labels: dict[str, str], window: Window
) -> None:
    for choice in labels:
        drawn: list[Any] = []

        def act(page: Page, choice: str = choice, drawn: list[Any] = drawn) -> None:
            drawn.append(page.run("[...document.querySelectorAll('button')].map(b => [b.id, b.textContent])"))  # fmt: skip
            drawn.append(page.run("[...document.querySelectorAll('p')].map(p => p.textContent)"))
            click(choice)(page)

        waits(window, act)

        assert window.do(alert("共 2 处。\n导师库!A4：<b>甲</b> → 乙", buttons)) == choice
        assert dict(drawn[0]) == labels
        assert drawn[1] == ["共 2 处。", "导师库!A4：<b>甲</b> → 乙"]


@pytest.mark.parametrize(("lines", "length"), [(1, 10), (7, 55), (20, 60)])
def test_every_message_leaves_its_buttons_in_sight_and_can_be_read_to_its_end(
    lines: int, length: int, window: Window
) -> None:
    seen: dict[str, Any] = {}

    def act(page: Page) -> None:
        seen["bottom"] = page.run("document.getElementById('ok').getBoundingClientRect().bottom")
        seen["height"] = page.run("window.innerHeight")
        seen["text"] = page.run("(t => [t.scrollHeight, t.clientHeight, t.scrollWidth, t.clientWidth])(document.getElementById('text'))")  # fmt: skip
        click("ok")(page)

    waits(window, act)

    window.do(alert("\n".join("很" * length for _ in range(lines))))

    high, shown, wide, room = seen["text"]
    assert seen["bottom"] < seen["height"] <= 640
    assert wide <= room
    assert high <= shown or lines == 20  # the longest scrolls


def test_an_answer_is_typed_or_nothing_is(window: Window) -> None:
    ask = op.Ask(title="导师帮带", question="请填写报告时段。", proposal="2026Q2")
    key = "document.getElementById('entry').dispatchEvent(new KeyboardEvent('keydown', {keyCode: %d, bubbles: true}))"  # fmt: skip
    proposed: list[str] = []

    def act(page: Page) -> None:
        proposed.append(page.run("document.getElementById('entry').value"))
        page.run("document.getElementById('entry').value = '2026H1 “上”'")
        page.run(key % 13)

    waits(window, act)
    assert window.do(ask) == "2026H1 “上”"
    assert proposed == ["2026Q2"]
    waits(window, lambda page: page.run(key % 27))
    assert window.do(ask) is None
    waits(window, click("cancel"))
    assert window.do(ask) is None


def test_a_dialogue_closed_by_its_frame_counts_as_cancelled(window: Window) -> None:
    # as the browser does then; at a page's real end none can be held at a breakpoint
    waits(window, lambda page: page.run("window.dispatchEvent(new Event('unload')); 0"))

    assert window.do(alert("是否写入？", "yes_no")) == "no"


def test_a_build_without_web_dialogues_asks_by_the_browsers_own_boxes(window: Window) -> None:
    window.wps.lacks = {"Application.ShowDialog"}
    window.page.run(
        "alert = t => { boxes = [t]; }; confirm = () => 0; prompt = (q, p) => p + '！'; 0"
    )

    assert window.do(alert("完成。")) == "ok"
    assert window.page.run("boxes") == ["完成。"]
    assert window.do(alert("是否写入？", "yes_no")) == "no"
    assert window.do(op.Ask(title="导师帮带", question="？", proposal="甲")) == "甲！"


def replies(window: Window, *given: dict[str, Any]) -> None:
    """Have the service say this, and keep what it is told."""
    window.page.run(f"told = []; replies = {json.dumps(given)}; post = function (name, body) {{ told.push([name, body]); return replies.shift(); }}; 0")  # fmt: skip


def asked(*operations: op.Operation) -> dict[str, Any]:
    return {"kind": "ask", "press": "p", "seq": 1, "operations": [o.to_json() for o in operations]}


DONE = {"kind": "done", "press": "p", "message": None}


def test_where_the_script_does_not_wait_the_conversation_goes_on_after_the_answer(
    window: Window,
) -> None:
    shown = goes_on(window)
    first = op.SetSettings(settings={"status_bar": "正在写入"})
    replies(window, DONE)

    window.page.run(
        f"converse({json.dumps(asked(first, alert('是否写入？', 'yes_no'), first))}, [])"
    )

    assert window.page.run("told") == []
    page = window.dialog(*shown[0])
    click("no")(page)
    page.close()
    window.page.wait_until("pending === null")
    results = [{"value": None}, {"value": "no"}, {"value": None}]
    assert window.page.run("told") == [["answer", {"press": "p", "seq": 1, "results": results}]]


def test_a_click_while_a_lost_dialogue_waits_cancels_it_first(window: Window) -> None:
    goes_on(window)
    replies(window, DONE)
    window.page.run(f"converse({json.dumps(asked(alert('是否写入？', 'yes_no')))}, [])")

    window.page.run("OnAction({Id: 'bangdai_manual'})")

    answer = {"press": "p", "seq": 1, "results": [{"value": "no"}]}
    assert window.page.run("told") == [["answer", answer]]
    assert "没有打开的工作簿" in [*window.wps.app.storage.items.values()][-1]


def test_waiting_asks_again_without_results(window: Window) -> None:
    replies(window, {**DONE, "kind": "wait", "seq": 4}, {**DONE, "message": "已完成。"})

    window.page.run(f"converse({json.dumps(asked())}, [])")

    bodies = [{"press": "p", "seq": 1, "results": []}, {"press": "p", "seq": 4, "results": None}]
    assert window.page.run("told") == [["answer", body] for body in bodies]
    assert window.wps.app.clerk.told == ["已完成。"]


def test_a_press_that_wrote_and_lost_the_service_is_named_by_the_next_click(window: Window) -> None:
    write = op.Write(book="b", sheet="s", area=(1, 1, 1, 1), rows=[[1]], spilling=False)
    settings = op.SetSettings(settings={"status_bar": "正在写入"})
    for first, left in ((settings, ""), (write, "p")):
        replies(window)
        window.page.run("OPERATIONS.write = function () {}; 0")
        window.page.run("post = function () { throw new Error('NetworkError'); }; 0")

        window.page.run(f"guarded(function () {{ converse({json.dumps(asked(first))}, []); }})")

        assert window.page.run("written") == left
    assert "内容可能只写了一部分" in window.wps.app.clerk.told[-1]
    assert "未能连接" in window.wps.app.clerk.told[-2]
    replies(window)
    window.page.run(f"converse({json.dumps(DONE)}, [])")
    assert window.page.run("written") == ""


def test_without_a_service_it_is_started_and_at_last_the_clerk_is_told(window: Window) -> None:
    window.page.run("PATIENCE = 400; STARTING = 100; described = spills = () => ({}); press = (f => name => f(name))(press); 0")  # fmt: skip
    window.page.run("app = (f => () => new Proxy(f(), {get: (o, n) => n === 'ActiveWorkbook' ? {} : o[n]}))(app); 0")  # fmt: skip
    window.page.run("said = false; say = (f => text => { f(text); said = true; })(say); 0")
    folder = window.page.run("decodeURI(pageAddress('')).replace('file://', '')")
    start = ["C:\\程序 文件\\pythonw.exe", "-m", "addin"]
    script = Path(folder) / "service.js"
    known = json.loads(script.read_text("utf-8").partition("=")[2].rstrip(";\n"))
    script.write_text(f"var BANGDAI_SERVICE = {json.dumps({**known, 'start': start})};\n", "utf-8")

    window.page.run("OnAction({Id: 'bangdai_validate'})")

    clerk = window.wps.app.clerk
    assert clerk.pages == ['C:\\程序 文件\\pythonw.exe "-m" "addin"']
    window.page.wait_until("said")
    assert "未能连接本机的“导师帮带”服务" in clerk.told[-1]
