"""The service beside WPS: found again, stopped when idle, and not held up by a window that is gone."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import pytest

from addin.hosts.calc.extension import desktop as libreoffice
from addin.hosts.excel import desktop as excel
from addin.hosts.user_files import home, log_file
from addin.hosts.wps import conversation, service
from addin.hosts.wps.connection import Connection, ask_service, bind, is_running, service_lock
from addin.hosts.wps.conversation import Conversation, PressBroken, WpsGone
from addin.hosts.wps.operations import OPERATIONS, Activate, Alert, Books
from addin.hosts.wps.presses import Presses
from tests.addin.hosts.wps.clicks import sending
from tests.addin.hosts.wps.running import answering, posting, running, wait_until
from tests.addin.hosts.wps.test_wps_attacks import BOOK, Answers
from tests.support.wps_answers import Addin
from tests.support.wps_memory import MemoryAnswers


@contextmanager
def window_present(connection: Connection, window: str) -> Iterator[None]:
    """Hold a window's line while the body runs."""
    line = http.client.HTTPConnection("127.0.0.1", connection.port, timeout=10)
    headers = {"Authorization": f"Bearer {connection.token}", "Content-Type": "application/json"}
    before = ask_service(connection, "/status")["windows"]
    line.request("POST", "/presence", json.dumps({"window": window}), headers)
    wait_until(lambda: ask_service(connection, "/status")["windows"] == before + 1)
    try:
        yield
    finally:
        line.close()


def test_no_message_waits_for_an_acknowledgement(tmp_path: Path) -> None:
    with running(tmp_path) as connection:
        line = http.client.HTTPConnection("127.0.0.1", connection.port, timeout=10)
        headers = {
            "Authorization": f"Bearer {connection.token}",
            "Content-Type": "application/json",
        }
        taken = []
        for _ in range(20):
            started = time.perf_counter()
            line.request("POST", "/answer", '{"press": "0", "seq": 1}', headers)
            assert "已结束" in line.getresponse().read().decode()
            taken.append(time.perf_counter() - started)
        line.close()

    assert median(taken) < 0.03  # the kernel acknowledges after 40 ms, and then more is sent


# --- found again ----------------------------------------------------------------------------------


def test_port_and_token_stay_and_only_their_user_reads_them(tmp_path: Path) -> None:
    addin = tmp_path / "加载项"
    addin.mkdir()
    first = Connection.load(tmp_path)
    Connection(first.token, first.port, addin, ("python", "-m")).save(tmp_path)

    again = Connection.load(tmp_path)

    assert (again.token, again.port, again.addin) == (first.token, first.port, addin)
    script = (addin / "service.js").read_text("utf-8")
    said = json.loads(script.removeprefix("var BANGDAI_SERVICE = ").removesuffix(";\n"))
    assert said == {
        "port": first.port, "token": first.token, "protocol": 1, "start": ["python", "-m"],
    }  # fmt: skip
    for file in (tmp_path / "wps.json", addin / "service.js"):
        assert file.stat().st_mode & 0o777 == 0o600
    assert len({Connection.fresh().token for _ in range(50)}) == 50


@pytest.mark.parametrize("text", ["", "{", "[]", '{"token": "short", "port": 5}', '{"token": 1}'])
def test_a_damaged_file_is_written_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "wps.json").write_text(text, "utf-8")

    made = Connection.load(tmp_path)

    assert made == Connection.load(tmp_path)


def test_another_program_on_our_port_learns_no_token_that_is_used(tmp_path: Path) -> None:
    addin = tmp_path / "加载项"
    addin.mkdir()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        before = Connection(Connection.fresh().token, other.getsockname()[1], addin)
        before.save(tmp_path)
        with running(tmp_path) as connection:
            assert connection.port != before.port
            assert connection.token != before.token
            assert str(connection.port) in (addin / "service.js").read_text()
            assert Addin(posting(connection), Answers()).click("validate", BOOK)["kind"] == "done"


def test_a_second_service_leaves_the_first_alone(tmp_path: Path) -> None:
    with running(tmp_path) as connection:
        assert service.serve(tmp_path) is False
        assert Connection.load(tmp_path) == connection
        assert ask_service(connection, "/status")["busy"] is False
    assert not is_running(tmp_path)


def test_a_look_whether_a_service_runs_keeps_none_from_starting(tmp_path: Path) -> None:
    with service_lock(tmp_path):  # as `is_running` takes it, for a moment
        starting = threading.Thread(target=service.serve, args=(tmp_path,), daemon=True)
        starting.start()
        time.sleep(0.1)
    connection = answering(tmp_path)
    ask_service(connection, "/stop", {})
    starting.join(20)
    assert not starting.is_alive()


def test_our_folder_is_the_users_own_and_every_program_logs_there(tmp_path: Path) -> None:
    assert log_file({"XDG_DATA_HOME": str(tmp_path)}) == tmp_path / "bangdai" / "bangdai.log"
    assert {logging.log_file for logging in (service, excel, libreoffice)} == {log_file}
    assert home({"LOCALAPPDATA": str(tmp_path)}) == tmp_path / "BangDai"
    assert home({"XDG_DATA_HOME": str(tmp_path)}) == tmp_path / "bangdai"
    assert home({"XDG_DATA_HOME": "relative"}) == Path.home() / ".local/share/bangdai"


# --- idle -----------------------------------------------------------------------------------------


def test_nothing_goes_on_only_without_a_click_and_without_a_window(tmp_path: Path) -> None:
    now = 100.0
    presses = Presses(tmp_path / "log", lambda: now)
    assert presses.idle() == 0
    now = 130.0
    assert presses.idle() == 30

    presses.come("窗口一")
    assert presses.idle() == 0
    presses.leave("窗口一")
    now = 135.0
    assert presses.idle() == 5

    talk = Addin(sending(presses), Answers()).conversation("validate", BOOK)
    next(talk)
    assert presses.idle() == 0
    assert [*talk][-1]["kind"] == "done"
    now = 140.0
    assert presses.idle() == 5


def test_a_service_without_anything_going_on_stops_by_itself(tmp_path: Path) -> None:
    assert service.serve(tmp_path, idle_seconds=0.1, log=tmp_path / "log") is True
    freed = bind(Connection.load(tmp_path).port)
    assert freed is not None
    freed.close()


def test_a_service_with_a_working_button_does_not_stop(tmp_path: Path) -> None:
    with running(tmp_path) as connection:
        talk = Addin(posting(connection), Answers()).conversation("validate", BOOK)
        next(talk)

        assert "未停止" in ask_service(connection, "/stop", {})["message"]
        assert [*talk][-1]["kind"] == "done"


# --- windows that go ------------------------------------------------------------------------------


def test_a_window_that_is_closed_midway_ends_its_press_and_another_one_can_click(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as connection:
        say = posting(connection)
        with window_present(connection, "窗口一"):
            next(Addin(say, Answers(), "窗口一").conversation("validate", BOOK))

        wait_until(lambda: not ask_service(connection, "/status")["busy"])
        answers = Answers()

        assert Addin(say, answers, "窗口二").click("validate", BOOK)["kind"] == "done"
        assert "不是导师帮带台账" in answers.told[-1]
    assert "WpsGone" in (tmp_path / "bangdai.log").read_text("utf-8-sig")


def test_a_press_whose_page_went_away_is_taken_up_by_the_next_click_of_its_window(
    tmp_path: Path, ledger: Path
) -> None:
    answers = MemoryAnswers(ledger)
    before = answers.contents
    with running(tmp_path) as connection:
        say = posting(connection)
        talk = Addin(say, answers).conversation("fill_numbers", answers.click)
        left = next(one for one in talk if any(o["op"] == "write" for o in one["operations"]))
        say("/cancel", {"press": left["press"]})

        done = Addin(say, answers).click("tidy", answers.click)

        assert done["press"] == left["press"]
        assert done["message"].startswith("上一次点击中断，写到一半的内容已恢复原状")
        assert answers.contents == before
        assert Addin(say, answers).click("validate", answers.click)["press"] != left["press"]
    assert answers.contents != before


def test_a_question_that_is_lost_is_given_up_at_the_second_click(tmp_path: Path) -> None:
    answers = Answers()

    def until_told(operations: list[dict[str, object]]) -> list[dict[str, object]]:
        if any(one["op"] == "alert" for one in operations):
            raise KeyboardInterrupt
        return answers(operations)

    with running(tmp_path) as connection:
        say = posting(connection)
        with pytest.raises(KeyboardInterrupt):
            Addin(say, until_told).click("validate", BOOK)

        first = Addin(say, answers).click("validate", BOOK)
        second = Addin(say, answers).click("validate", BOOK)

    assert "“录入校验”正在等待回答" in first["message"]
    assert second["kind"] == "done"


# --- one conversation -----------------------------------------------------------------------------


def asking(talk: Conversation, *operations: object) -> tuple[threading.Thread, list[object]]:
    """Ask in a thread; what comes of it lands in the list."""
    found: list[object] = []

    def ask() -> None:
        try:
            found.append(talk.ask(operations))  # type: ignore[arg-type]
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    return thread, found


def test_nobody_waits_for_ever_unless_the_clerk_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "_PATIENCE", 0.2)
    silent, slow = Conversation("w"), Conversation("w")
    question = Alert(text="？", title="t", buttons="ok", critical=False)

    thread, found = asking(silent, Books())
    waiting, answered = asking(slow, question)
    thread.join(5)
    time.sleep(0.3)
    slow.answer(1, [{"value": "ok"}])
    waiting.join(5)

    assert isinstance(found[0], WpsGone)
    assert answered == [[{"value": "ok"}]]
    with pytest.raises(WpsGone):
        silent.ask([Books()])


def test_what_comes_after_a_broken_batch_is_for_the_next_page() -> None:
    talk = Conversation("w")
    thread, found = asking(talk, Books())
    talk.reply(5)
    talk.interrupt()
    thread.join(5)
    thread, after = asking(talk, Activate(book="b", sheet="s"))

    assert isinstance(found[0], PressBroken)
    assert talk.answer(1, [{"value": []}]) is False
    assert talk.reply(5)["operations"][0]["op"] == "activate"
    assert talk.answer(2, [{"value": None}]) is True
    thread.join(5)
    assert after == [[{"value": None}]]


def test_a_page_that_waits_is_told_to_wait_on_and_may_ask_twice() -> None:
    talk = Conversation("w")
    assert talk.reply(0.05) == {"kind": "wait", "press": talk.id, "seq": 0}
    thread, _ = asking(talk, Books())

    assert talk.reply(5) == talk.reply(5)

    talk.answer(1, [{"value": []}])
    thread.join(5)
    talk.finish("完")
    assert talk.reply(5) == {"kind": "done", "press": talk.id, "message": "完"}


def test_every_operation_has_a_name_of_its_own_and_says_what_comes_back() -> None:
    assert len({one.op for one in OPERATIONS}) == len(OPERATIONS)
    silent = [one.op for one in OPERATIONS if "alue" not in (one.__doc__ or "")]
    assert silent == []
