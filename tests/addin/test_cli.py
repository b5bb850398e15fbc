from __future__ import annotations

import ast
import gettext
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import click
import openpyxl
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from addin.buttons import buttons
from addin.cli import button_commands, cli, main
from addin.ribbon import LedgerButton
from tests.addin.actions.decisions.decided_ledger import write_decided
from tests.addin.actions.waiting_ledger import UNIT, waiting_rows, write_waiting
from tests.windows.command_runs import ELSEWHERE, NEVER_ON_WINDOWS, RUNS
from tests.workbooks.grids import headings, mentor_values, row_of, write_grids
from validators.errors import UsageError, WriteRefused
from validators.sheets import IndividualRow, MentorRow
from workbooks.reader import read_ledger

LOCALE = Path("addin/locale/zh_CN/LC_MESSAGES")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, standalone_mode=False)


def exits(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["bangdai", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


def ledger(path: Path, **changes: Any) -> Path:
    row = row_of(MentorRow, **mentor_values(1, grassroots_since=date(1998, 7, 1), **changes))
    return write_grids(path, {"导师库": [headings(MentorRow), row]})


def commands(group: click.Group = cli, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command with the words that call it, those of groups too."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        words = f"{path} {name}".strip()
        if isinstance(command, click.Group):
            yield from commands(command, words)
        else:
            yield words, command


@pytest.mark.parametrize(("name", "command"), sorted(commands(), key=str))
def test_every_command_has_help_and_an_example_in_chinese(
    name: str, command: click.Command
) -> None:
    text = run(*name.split(), "--help").output

    assert command.example.startswith(f"bangdai {name}")  # type: ignore[attr-defined]
    assert f"示例:\n  bangdai {name}" in text
    for option in command.params:
        if isinstance(option, click.Option):
            assert any("\u4e00" <= c <= "\u9fff" for c in option.help or ""), option.name
    for english in ("Usage", "Options", "Show this", "default:", "required", "INTEGER", "TEXT"):
        assert english not in text


def test_a_blank_ledger_needs_no_validator(tmp_path: Path) -> None:
    program = (
        "import sys; from addin.cli import main\n"
        f"sys.argv[1:] = ['new', '开城镇', '--out', {str(tmp_path / '开城镇.xlsx')!r}]\n"
        "try: main()\nfinally:\n"
        "    from validators.sheets import SHEETS; from validators.settings import Settings\n"
        "    built = [m.__name__ for m in (Settings, *SHEETS) if m.__pydantic_complete__]\n"
        "    sys.exit(' '.join(built))"
    )

    made = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )

    assert (made.stdout[:3], made.stderr) == ("已新建", "\n")


def test_commands_of_buttons_are_as_the_buttons_say_and_listed_without_loading_them() -> None:
    pressed = [b for b in buttons() if isinstance(b, LedgerButton) and b.command]
    program = (
        "import sys; from addin.cli import main; sys.argv[1:] = ['--help']\n"
        "loaded = {'pydantic', 'addin.buttons', 'venv', 'subprocess', 'hashlib'}\n"
        "try: main()\nfinally: sys.exit(' '.join(loaded & {*sys.modules}))"
    )

    listed = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )

    assert {b.command: f"{b.label}：{b.help}" for b in pressed} == {
        name: command.help for name, command in button_commands.commands().items()
    }
    assert not listed.stderr.strip()
    assert all(f"\n  {b.command} " in listed.stdout for b in pressed)


def test_every_command_is_run_on_windows_too() -> None:
    tests = Path("tests/windows")
    run = {each.command for each in RUNS}

    assert run.isdisjoint(ELSEWHERE)
    assert {name for name, _ in commands()} == run | set(ELSEWHERE) | NEVER_ON_WINDOWS
    for command, module in ELSEWHERE.items():
        words = ", ".join(f'"{word}"' for word in command.split())
        assert words in (tests / module).read_text(encoding="utf-8"), command


def test_every_sentence_of_the_library_a_clerk_may_see_is_translated() -> None:
    with (LOCALE / "messages.po").open("rb") as lines:
        known = {m.id[0] if isinstance(m.id, tuple) else m.id for m in read_po(lines)}
    source = ast.parse(Path(click.exceptions.__file__).read_text(encoding="utf-8"))
    calls = [
        n for n in ast.walk(source) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    ]
    said = {
        n.args[0].value
        for n in calls
        if n.func.id in {"_", "ngettext"} and isinstance(n.args[0], ast.Constant)
    }

    assert said <= known


def test_the_compiled_catalogue_is_what_its_source_says(tmp_path: Path) -> None:
    with (LOCALE / "messages.po").open("rb") as lines:
        catalog = read_po(lines, locale="zh_CN")
    with (tmp_path / "messages.mo").open("wb") as out:
        write_mo(out, catalog)

    assert _sentences(tmp_path / "messages.mo") == _sentences(LOCALE / "messages.mo")


def _sentences(compiled: Path) -> dict[Any, str]:
    with compiled.open("rb") as lines:
        catalogue = gettext.GNUTranslations(lines)._catalog  # type: ignore[attr-defined]
    return {key: sentence for key, sentence in catalogue.items() if key}


def test_a_clean_ledger_exits_zero(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        exits(monkeypatch, "validate", str(ledger(tmp_path / "a.xlsx")), "--as-of", "2026-07-01")
        == 0
    )


def test_an_error_finding_exits_one_and_is_said_with_place_and_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = ledger(tmp_path / "a.xlsx", gender="先生")

    assert exits(monkeypatch, "validate", str(path), "--as-of", "2026-07-01") == 1
    text = capsys.readouterr().out
    assert "[错误] 导师库!C2（性别） “先生”不在“性别”的选项内　→ 请从下拉列表中选：男、女" in text
    assert "共 2 行：采用 1 行，有误 1 行" in text


def test_an_unreadable_file_exits_two_and_the_others_finish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger(tmp_path / "好.xlsx")
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04 cut")
    (tmp_path / "~$好.xlsx").write_bytes(b"lock")
    (tmp_path / "说明.docx").write_bytes(b"text")

    assert exits(monkeypatch, "validate", str(tmp_path), "--json", "--as-of", "2026-07-01") == 2
    said = json.loads(capsys.readouterr().out)
    assert [f["file"] for f in said["findings"] if f["level"] == "error"] == ["坏.xlsx"]
    assert {s["file"] for s in said["sheets"]} == {"好.xlsx"}


def test_where_no_ledger_is_taken_it_is_said_why_and_not_what_else_lies_there(
    tmp_path: Path,
) -> None:
    for name in ("甲.xlsx", "乙.xlsx"):
        row = row_of(MentorRow, **mentor_values(1, mentor_id=None, name=f"王{name[0]}"))
        write_grids(tmp_path / name, {"导师库": [headings(MentorRow), row]})
        (tmp_path / f"~${name}").touch()
    (tmp_path / "一览.txt").touch()

    result = run("flags", str(tmp_path))

    assert isinstance(result.exception, UsageError)
    assert re.match("[甲乙]\\.xlsx：", result.exception.message)
    assert "打开" not in result.exception.message


@pytest.mark.parametrize("lock", ["~${}", ".~lock.{}#", ".~{}"])
@pytest.mark.parametrize(
    ("command", "out"),
    [
        ("validate", ""), ("tidy", ""), ("flags", ""), ("awards", ""), ("number", "新.xlsx"),
        ("return", "退回"), ("submit", "上报"), ("consolidate", "汇总.xlsx"), ("pair", "建议.xlsx"),
        ("confirm", "结对.xlsx"),
    ],
)  # fmt: skip
def test_every_command_that_reads_an_open_ledger_says_so(
    tmp_path: Path, command: str, out: str, lock: str
) -> None:
    rows = waiting_rows()
    marked = {"mentee_id": f"G{UNIT}-002", "mentor_id": f"D{UNIT}-002", "decision": "组织指定"}
    path = write_waiting(tmp_path / "台账.xlsx", rows | {"suggestion": [marked]})
    path.with_name(lock.format(path.name)).touch()

    written = ["--out", str(tmp_path / out)] if out else []
    result = run(command, str(path), *written, "--as-of", "2026-06-30")

    assert result.exception is None
    assert "台账.xlsx" in result.output
    assert result.output.count("文件正在其他程序中打开，可能有未保存的修改") == 1


def test_json_has_the_promised_shape(tmp_path: Path) -> None:
    path = ledger(tmp_path / "镇" / "a.xlsx") if (tmp_path / "镇").mkdir() is None else tmp_path

    said = json.loads(
        run("validate", str(path.parent.parent), "--json", "--as-of", "2026-01-01").output
    )

    assert said["as_of"] == "2026-01-01"
    keys = {
        "file",
        "sheet",
        "cell",
        "row",
        "column",
        "heading",
        "code",
        "level",
        "value",
        "message",
        "suggestion",
    }
    assert all(set(finding) == keys for finding in said["findings"])
    assert all(
        set(count) == {"file", "sheet", "rows", "accepted", "rejected", "ignored"}
        for count in said["sheets"]
    )
    assert all(c["rows"] == c["accepted"] + c["rejected"] + c["ignored"] for c in said["sheets"])
    assert {count["file"] for count in said["sheets"]} == {"镇/a.xlsx"}
    assert any(f["code"] == "unit.reported_on.future" for f in said["findings"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["validate", "没有.xlsx"], "不存在，请核对路径"),
        (["validat"], "没有命令“validat”"),
        (["validate"], "缺少参数"),
        (["new", "开城镇"], "缺少选项"),
        (["validate", ".", "--as-of", "5/6"], "请填写为 2026-06-30"),
        (["new", "城关", "--out", "x.xlsx", "--year", "99"], "超出范围"),
    ],
)
def test_wrong_use_exits_two_with_a_chinese_sentence(
    arguments: list[str],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert exits(monkeypatch, *arguments) == 2
    assert sentence in capsys.readouterr().err


def test_an_empty_folder_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exits(monkeypatch, "validate", str(tmp_path)) == 2
    assert "未找到台账文件" in capsys.readouterr().err


def test_a_button_with_a_command_writes_a_copy_and_says_what_the_button_says(
    tmp_path: Path,
) -> None:
    rows = waiting_rows()
    rows["individual"][1]["mentee_id"] = None
    path = write_waiting(tmp_path / "台账.xlsx", rows)
    before = path.read_bytes()

    result = run("number", str(path), "--out", str(tmp_path / "新.xlsx"), "--as-of", "2026-06-30")

    assert result.return_value == 0, result.exception
    assert result.output.splitlines()[0] == "已补全编号："
    assert re.fullmatch(rf"  个人对象 1 行：G{UNIT}-\d{{3}}", result.output.splitlines()[1])
    assert "新.xlsx　原台账未改动。" in result.output
    assert path.read_bytes() == before
    ids = read_ledger(tmp_path / "新.xlsx").ledger.table(IndividualRow).column("mentee_id")
    assert all(ids)

    again = run("number", str(tmp_path / "新.xlsx"), "--out", str(tmp_path / "又.xlsx"))

    assert again.output.splitlines() == ["没有缺少编号的行。", "未生成文件。"]
    assert not (tmp_path / "又.xlsx").exists()


def test_such_a_command_overwrites_nothing(tmp_path: Path) -> None:
    path = ledger(tmp_path / "a.xlsx")

    result = run("number", str(path), "--out", str(path))

    assert isinstance(result.exception, UsageError)
    assert "已存在" in str(result.exception)


def test_the_name_of_a_device_is_not_called_a_file_that_is_there(tmp_path: Path) -> None:
    """Windows says so of each of them, in every folder."""
    (tmp_path / "nul.xlsx").touch()

    result = run("number", str(ledger(tmp_path / "a.xlsx")), "--out", str(tmp_path / "nul.xlsx"))

    assert isinstance(result.exception, WriteRefused)
    assert "“nul.xlsx”是 Windows 保留的设备名" in str(result.exception)


def test_inputs_are_untouched(tmp_path: Path) -> None:
    path = ledger(tmp_path / "a.xlsx", gender="先生")
    before = path.read_bytes()

    run("validate", str(path))

    assert path.read_bytes() == before


@pytest.mark.parametrize(("gender", "code"), [("男", 0), ("先生", 1)])
def test_the_console_script_ends_with_the_commands_code_and_says_everything(
    tmp_path: Path, gender: str, code: int
) -> None:
    path = ledger(tmp_path / "a.xlsx", gender=gender)
    command = [sys.executable, "-m", "addin", "validate", str(path), "--as-of", "2026-07-01"]

    done = subprocess.run(command, capture_output=True, check=False)

    assert done.returncode == code
    assert done.stdout.decode().splitlines()[-1].startswith(f"错误 {code} 条")


def test_without_a_console_a_command_ends_with_its_code(tmp_path: Path) -> None:
    """Windows' pythonw gives a program no streams."""
    program = (
        "import sys; sys.stdout = sys.stderr = sys.stdin = None; "
        "from addin.cli import program; program()"
    )
    words = ["new", "开城镇", "--out", str(tmp_path / "新.xlsx")]

    codes = [
        subprocess.run([sys.executable, "-c", program, *given], check=False).returncode
        for given in (words, words[:1])
    ]

    assert codes == [0, 2]
    assert (tmp_path / "新.xlsx").exists()


def test_workers_start_early_only_where_a_file_is_newer_than_what_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr("addin.cli.ledgers.start_workers_early", started.append)
    folder, out = tmp_path / "台账", tmp_path / "汇总.xlsx"
    folder.mkdir()
    path = ledger(folder / "开城镇.xlsx")

    counts = []
    for changed in (False, False, True):
        if changed:
            later = out.stat().st_mtime + 10
            os.utime(path, (later, later))
        run("consolidate", str(folder), "--out", str(out), "--jobs", "1")
        counts.append(len(started))

    assert counts == [1, 1, 2]


class Nul(StringIO):
    """Windows' NUL: it calls itself a terminal and has nothing to say."""

    def isatty(self) -> bool:
        return True


def test_where_nobody_can_answer_nothing_more_is_agreed_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_decided(tmp_path / "台账.xlsx")
    monkeypatch.setattr("sys.stdin", Nul())
    command = ("update", str(source), "--out", str(tmp_path / "新.xlsx"))

    code = exits(monkeypatch, *command, "--as-of", "2026-06-30")

    assert code == 0
    assert "加 --apply-decisions" in capsys.readouterr().out
    assert (tmp_path / "新.xlsx").exists()


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_readme_tells_of_every_command(name: str) -> None:
    assert f"| `bangdai {name}" in Path("README.md").read_text(encoding="utf-8")


def test_decisions_are_listed_and_written_only_where_that_is_asked_for(tmp_path: Path) -> None:
    source = write_decided(tmp_path / "台账.xlsx")
    command = ("update", str(source), "--as-of", "2026-06-30", "--out")

    listed = run(*command, str(tmp_path / "只列.xlsx"))
    written = run(*command, str(tmp_path / "改好.xlsx"), "--apply-decisions")

    statuses = [
        read_ledger(tmp_path / name).ledger.table(IndividualRow).column("status")[1]
        for name in ("只列.xlsx", "改好.xlsx")
    ]
    assert statuses == ["帮带中", "期满出师"]
    for told in (listed, written):
        assert "有 10 处状态、日期等应随之更新" in told.output
        assert "陈小燕 状态“帮带中” → “期满出师”" in told.output
    assert "加 --apply-decisions" in listed.output
    assert "已按登记的决定更新 10 处" in written.output


def test_an_update_without_a_copy_says_where_the_earlier_version_is(tmp_path: Path) -> None:
    source = write_decided(tmp_path / "台账.xlsx")

    told = run("update", str(source), "--as-of", "2026-06-30")

    (backup,) = (tmp_path / "备份").iterdir()
    assert told.return_value == 0
    assert f"更新前的台账已存入：{backup}　每份台账保留最近 30 份备份。" in told.output
    assert "原台账未改动" not in told.output


def test_a_command_tells_where_an_edited_workbook_it_replaced_is_kept(tmp_path: Path) -> None:
    source = write_decided(tmp_path / "台账.xlsx")
    out = tmp_path / "档案卡.xlsx"
    command = ("cards", str(source), "--as-of", "2026-06-30", "--out", str(out))
    untouched = run(*command)
    cards = openpyxl.load_workbook(out)
    cards.worksheets[0]["Z1"] = "面谈时记下的话"
    cards.save(out)

    edited, again = run(*command), run(*command)

    (kept,) = (tmp_path / "备份").iterdir()
    assert f"已存入：{kept}，" in edited.stderr
    assert edited.stdout == untouched.stdout
    assert not untouched.stderr + again.stderr


def test_a_ledger_with_errors_is_sent_only_where_that_is_asked_for(tmp_path: Path) -> None:
    source = write_decided(tmp_path / "台账.xlsx")
    command = ("submit", str(source), "--as-of", "2026-06-30", "--out", str(tmp_path / "上报"))

    refused = run(*command)
    sent = run(*command, "--with-errors")

    assert refused.return_value == sent.return_value == 1
    assert "未上报。请先改正错误" in refused.output
    assert "期满考核!E4（等次）" in refused.output
    (copy,) = (tmp_path / "上报").iterdir()
    assert copy.name == "开城镇2026年台账（2026-06-30上报）.xlsx"
    assert f"上报的台账：{copy}" in sent.output


def test_the_ends_of_pairings_are_handled_by_a_command(tmp_path: Path) -> None:
    source = write_decided(tmp_path / "台账.xlsx")

    done = run("complete", str(source), "--as-of", "2026-06-30", "--out", str(tmp_path / "新.xlsx"))

    assert "“期满考核”准备 1 行，按已填的考核更新 9 处。" in done.output
    assert f"出师证书、期满证书 2 份，已保存到：{tmp_path / '新-期满证书.xlsx'}" in done.output
