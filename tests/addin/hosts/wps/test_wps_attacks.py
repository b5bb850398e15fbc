"""Attacks on the service over a real socket: refused, without effect, and the service goes on."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from addin.hosts.wps.connection import Connection
from tests.addin.hosts.wps.running import MOST_BYTES, Raw, posting, raw, running
from tests.support.wps_answers import Addin, Message

BOOK = {"name": "采购.xlsx", "fullname": "/采购.xlsx"}
CLICK = b'{"window": "w", "button": "validate", "book": {"name": "b", "fullname": "b"}}'


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with running(tmp_path_factory.mktemp("wps")) as connection:
        yield connection


@pytest.fixture(autouse=True)
def alive(service: Connection) -> Iterator[None]:
    """Nothing runs after an attack, and the next click is served."""
    yield
    answers = Answers()
    assert Addin(posting(service), answers).click("validate", BOOK)["kind"] == "done"
    assert "不是导师帮带台账" in answers.told[-1]


class Answers:
    """A WPS with a workbook that is no ledger."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.asked: list[Message] = []

    def __call__(self, operations: list[Message]) -> list[Message]:
        self.asked += operations
        self.told += [one["text"] for one in operations if one["op"] == "alert"]
        return [{"value": self._value(one)} for one in operations]

    def _value(self, operation: Message) -> object:
        if operation["op"] == "facts":
            one = {"name": "Sheet1", "visible": -1, "used": [1, 1, 1, 1], "shown": True}
            return [{**one, "unmerged_from": 1, "totals": []}]
        if operation["op"] == "settings":
            names = ("screen_updating", "enable_events", "display_alerts", "fill_formulas")
            return {**dict.fromkeys(names, True), "status_bar": False, "expand_tables": True}
        if operation["op"] == "read":
            return {"values": [["采购清单"]], "formats": [None]}
        return "ok" if operation["op"] == "alert" else None


def headers(service: Connection, *without: str, **other: str) -> list[str]:
    """Return the headers of a message of ours, some left out and others changed."""
    usual = {
        "Host": f"127.0.0.1:{service.port}",
        "Authorization": f"Bearer {service.token}",
        "Content-Type": "application/json",
        "Content-Length": str(len(CLICK)),
    }
    usual |= {name.replace("_", "-"): value for name, value in other.items()}
    return [f"{name}: {value}" for name, value in usual.items() if name not in without]


def clicked(service: Connection, *without: str, **other: str) -> Raw:
    return raw(service, ["POST /press HTTP/1.1", *headers(service, *without, **other)], CLICK)


def idle(service: Connection) -> bool:
    answer = raw(service, ["GET /status HTTP/1.1", *headers(service, Content_Length="0")])
    return not answer.message["busy"]


ORIGINS = [
    "http://evil.example", "https://127.0.0.1:{port}", "http://localhost:{port}", "http://127.0.0.1",
    "http://127.0.0.1:{port}.evil.example", "http://127.0.0.1:{port}/", "chrome-extension://abc", "",
]  # fmt: skip


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_page_of_another_origin_is_refused_and_may_not_read_why(
    service: Connection, origin: str
) -> None:
    answer = clicked(service, Origin=origin.format(port=service.port))

    assert answer.status == 403
    assert "access-control" not in answer.headers.lower()
    assert idle(service)


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:{port}"])
def test_the_browser_is_told_before_that_it_may_not_send(service: Connection, origin: str) -> None:
    asking = ["OPTIONS /press HTTP/1.1", f"Host: 127.0.0.1:{service.port}"]

    answer = raw(service, [*asking, f"Origin: {origin.format(port=service.port)}"])

    assert answer.status == 403
    assert "access-control" not in answer.headers.lower()


HOSTS = ["evil.example:{port}", "localhost:{port}", "127.0.0.1", "[::1]:{port}", "0.0.0.0:{port}", "127.0.0.1:1"]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_a_foreign_host_is_refused_even_with_the_token(service: Connection, host: str) -> None:
    """A name that is made to point at this computer (DNS rebinding) comes with its own Host."""
    own = host.format(port=service.port)

    answer = clicked(service, Host=own, Origin=f"http://{own}")

    assert answer.status == 421
    assert idle(service)


def test_a_second_host_or_an_absolute_target_changes_nothing(service: Connection) -> None:
    twice = [*headers(service), "Host: evil.example"]
    absolute = f"POST http://evil.example:{service.port}/press HTTP/1.1"

    assert raw(service, ["POST /press HTTP/1.1", *twice], CLICK).status in {400, 421}
    assert raw(service, [absolute, *headers(service)], CLICK).status == 404
    assert raw(service, ["POST /press HTTP/1.0", *headers(service, "Host")], CLICK).status == 421
    assert idle(service)


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x", "bearer {token}", "Bearer {token}x", "Bearer {half}", "Basic {token}", "Bearer 口令"])  # fmt: skip
def test_a_wrong_token_is_refused(service: Connection, token: str) -> None:
    given = token.format(token=service.token, half=service.token[:-1])

    assert clicked(service, Authorization=given).status == 401
    assert clicked(service, "Authorization").status == 401
    assert idle(service)


def test_a_wrong_token_is_refused_before_its_body_is_read(service: Connection) -> None:
    answer = clicked(service, Authorization="Bearer x", Content_Length=str(1 << 40))

    assert answer.status == 401


@pytest.mark.parametrize("length", [MOST_BYTES + 1, 1 << 40, 10**30, "00009999999999"])
def test_a_body_that_says_it_is_too_large_is_refused_unread(
    service: Connection, length: int | str
) -> None:
    assert clicked(service, Content_Length=str(length)).status in {400, 413}
    assert idle(service)


def test_a_body_that_turns_out_too_large_is_refused(service: Connection) -> None:
    chunk = b"%x\r\n%s\r\n" % (1 << 16, b" " * (1 << 16))
    chunked = headers(service, "Content-Length", Transfer_Encoding="chunked")

    answer = raw(service, ["POST /press HTTP/1.1", *chunked], chunk * 17 + b"0\r\n\r\n")

    assert answer.status == 413
    assert idle(service)


BODIES = [
    b"", b"x", b"[]", b'"x"', b"{}", b"[" * 200_000, b'{"window": NaN}', b'{"window": 1e999}', b"\xff",
    b'{"window": 1, "button": "validate", "book": {"name": 1, "fullname": []}}',
    b'{"press": "p", "seq": ' + b"9" * 5_000 + b"}",
]  # fmt: skip


@pytest.mark.parametrize("path", ["/press", "/answer", "/cancel", "/presence"])
@pytest.mark.parametrize("body", BODIES, ids=lambda body: body[:24].decode("latin-1"))
def test_what_is_no_message_of_ours_is_refused(service: Connection, path: str, body: bytes) -> None:
    sent = headers(service, Content_Length=str(len(body)))

    answer = raw(service, [f"POST {path} HTTP/1.1", *sent], body)

    assert answer.status == 400
    assert answer.message["kind"] == "refused"


def test_a_form_of_another_page_is_no_json(service: Connection) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "text/json"):
        assert clicked(service, Content_Type=kind).status == 415
    assert idle(service)


def test_answers_nobody_waits_for_are_refused(service: Connection) -> None:
    say = posting(service)
    answers = Answers()
    talk = Addin(say, answers).conversation("validate", BOOK)
    first = next(talk)

    early = say("/answer", {"press": first["press"], "seq": first["seq"] + 1, "results": []})
    other = say("/answer", {"press": "0" * 32, "seq": first["seq"], "results": []})
    last = [*talk][-1]
    late = say("/answer", {"press": first["press"], "seq": first["seq"], "results": [{}]})

    assert {early["kind"], other["kind"], late["kind"]} == {"refused"}
    assert last["kind"] == "done"
    assert "不是导师帮带台账" in answers.told[-1]


def test_results_that_are_not_those_asked_for_end_the_press_with_a_sentence(
    service: Connection,
) -> None:
    for wrong in ([], [{"value": 1}] * 9, [{}], [{"error": 5}], [{"value": [[1]]}]):
        answers = Answers()

        def broken(operations: list[Message], wrong=wrong, answers=answers) -> list[Message]:  # type: ignore[no-untyped-def]
            asked = {one["op"] for one in operations}
            return wrong if "facts" in asked else answers(operations)

        assert Addin(posting(service), broken).click("validate", BOOK)["kind"] == "done"
        assert "未完成" in answers.told[-1]


def test_a_second_click_is_told_to_wait_and_changes_nothing(service: Connection) -> None:
    say = posting(service)
    first, second = Answers(), Answers()
    talk = Addin(say, first, "窗口一").conversation("validate", BOOK)
    next(talk)

    other = Addin(say, second, "窗口二").click("tidy", BOOK)
    again = Addin(say, second, "窗口一").click("tidy", BOOK)
    last = [*talk][-1]

    assert last["kind"] == "done"
    assert other["message"].startswith("另一个 WPS 窗口正在执行“录入校验”，本次点击未执行")
    assert again["message"].startswith("“录入校验”正在执行，本次点击未执行")
    assert second.asked == []
    assert "不是导师帮带台账" in first.told[-1]
    assert Addin(say, second, "窗口二").click("tidy", BOOK)["kind"] == "done"


def test_lines_that_say_nothing_keep_nobody_out(service: Connection) -> None:
    lines = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(200)]
    try:
        assert idle(service)
    finally:
        for line in lines:
            line.close()


def test_what_is_not_there_is_not_there(service: Connection) -> None:
    for path in ("/", "/service.js", "/../wps.json", "/wps.json", "/docs"):
        assert raw(service, [f"GET {path} HTTP/1.1", *headers(service)]).status in {400, 404}
    assert (
        raw(service, ["GET /press HTTP/1.1", *headers(service, Content_Length="0")]).status == 405
    )


def test_the_own_page_is_let_in(service: Connection) -> None:
    for origin in ("null", "file://", f"http://127.0.0.1:{service.port}"):
        asking = [f"Host: 127.0.0.1:{service.port}", f"Origin: {origin}"]
        before = raw(service, ["OPTIONS /press HTTP/1.1", *asking])
        sent = [*headers(service, Content_Length="0"), f"Origin: {origin}"]
        answer = raw(service, ["GET /status HTTP/1.1", *sent])

        assert before.status == 204
        assert "access-control-allow-headers: authorization, content-type" in before.headers
        assert answer.status == 200
        assert f"access-control-allow-origin: {origin}" in answer.headers
        assert answer.message["service"] == "bangdai-wps"


def test_only_this_computer_is_listened_to(service: Connection, tmp_path: Path) -> None:
    listening = [one.laddr for one in psutil.Process().net_connections() if one.status == "LISTEN"]

    assert ("127.0.0.1", service.port) in listening
    assert {place.ip for place in listening if place.port == service.port} == {"127.0.0.1"}
