import errno
import io
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlsxwriter

from validators.errors import WriteRefused
from workbooks import files
from workbooks.file_locks import holder_here
from workbooks.files import (
    KIND_PROPERTY,
    check_writable,
    file_kind,
    refuse_foreign,
    replace_atomically,
    sweep,
)

ROOT = Path(__file__).parents[2]


def a_workbook(path: Path, text="新", kind="县级汇总"):
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet().write("A1", text)
        if kind:
            workbook.set_custom_property(KIND_PROPERTY, kind)


def hidden(folder):
    return [path.name for path in folder.iterdir() if path.name.startswith(".bangdai-")]


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "全市汇总.xlsx"
    a_workbook(path, "旧")
    return path


def refused(target, write=a_workbook):
    before = target.read_bytes() if target.is_file() else None
    with pytest.raises(WriteRefused) as caught:
        replace_atomically(target, write)
    assert (target.read_bytes() if target.is_file() else None) == before
    return caught.value


def test_a_new_file_appears_whole_and_nothing_else(tmp_path):
    replace_atomically(tmp_path / "新.xlsx", a_workbook)
    assert [path.name for path in tmp_path.iterdir()] == ["新.xlsx"]
    assert file_kind(tmp_path / "新.xlsx")


def test_a_draft_is_private_and_the_result_keeps_the_old_files_permissions(target):
    target.chmod(0o664)
    modes = []

    def write(draft):
        modes.append(stat.S_IMODE(draft.stat().st_mode))
        a_workbook(draft)

    replace_atomically(target, write)
    assert modes == [0o600]
    assert stat.S_IMODE(target.stat().st_mode) == 0o664


def test_a_new_file_gets_the_usual_permissions(tmp_path):
    (tmp_path / "x").touch()
    replace_atomically(tmp_path / "新.xlsx", a_workbook)
    usual = stat.S_IMODE((tmp_path / "x").stat().st_mode)
    assert stat.S_IMODE((tmp_path / "新.xlsx").stat().st_mode) == usual


def test_a_link_to_the_file_stays_a_link(target, tmp_path):
    link, before = tmp_path / "快捷.xlsx", target.read_bytes()
    link.symlink_to(target)
    replace_atomically(link, lambda draft: a_workbook(draft, "换了"))
    assert link.is_symlink()
    assert target.read_bytes() != before


def test_a_bug_in_the_writer_shows_and_leaves_the_old_file(target, tmp_path):
    before = target.read_bytes()
    with pytest.raises(ZeroDivisionError):
        replace_atomically(target, lambda draft: draft.write_bytes(b"half" * (1 // 0)))
    assert target.read_bytes() == before
    assert hidden(tmp_path) == []


def test_a_file_the_writer_cannot_find_elsewhere_is_a_bug_not_advice(target):
    with pytest.raises(FileNotFoundError):
        replace_atomically(target, lambda draft: Path("/no/such/place").read_bytes() and None)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\5\6" + bytes(18)])
def test_what_does_not_open_never_replaces_the_old_file(target, tmp_path, content):
    refusal = refused(target, lambda draft: draft.write_bytes(content) and None)
    assert "未完整写入，原文件未改动" in str(refusal)
    assert hidden(tmp_path) == []


def test_a_truncated_workbook_never_replaces_the_old_file(target):
    whole = target.read_bytes()
    refused(target, lambda draft: draft.write_bytes(whole[:-30]) and None)


def test_a_missing_folder_is_named(tmp_path):
    for attempt in (check_writable, lambda path: replace_atomically(path, a_workbook)):
        with pytest.raises(WriteRefused, match=f"文件夹“{tmp_path}/没有”不存在"):
            attempt(tmp_path / "没有" / "汇总.xlsx")


def test_a_file_in_the_place_of_the_folder_is_named(target):
    with pytest.raises(WriteRefused, match="不是文件夹"):
        check_writable(target / "汇总.xlsx")


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path):
    (tmp_path / "汇总.xlsx").mkdir()
    with pytest.raises(WriteRefused, match="是一个文件夹"):
        check_writable(tmp_path / "汇总.xlsx")
    assert "是一个文件夹" in str(refused(tmp_path / "汇总.xlsx"))


def test_a_folder_is_called_one_where_the_system_only_says_no(tmp_path):
    def denied(_: Path) -> None:
        raise PermissionError(errno.EACCES, "Access is denied")  # as Windows has it

    (tmp_path / "汇总.xlsx").mkdir()

    assert "是一个文件夹" in str(refused(tmp_path / "汇总.xlsx", denied))


def test_too_long_a_name_is_refused_before_the_work(tmp_path):
    with pytest.raises(WriteRefused, match="太长"):
        check_writable(tmp_path / ("长" * 90 + ".xlsx"))


def test_too_little_space_is_refused_before_the_work(target):
    with pytest.raises(WriteRefused, match="磁盘空间不足"):
        check_writable(target, n_bytes=1 << 60)


def test_checking_leaves_nothing_behind_and_the_file_as_it_was(target, tmp_path):
    before = target.read_bytes(), target.stat().st_mtime_ns
    check_writable(target)
    assert (target.read_bytes(), target.stat().st_mtime_ns) == before
    assert hidden(tmp_path) == []


def test_a_file_open_in_excel_on_windows_is_refused_and_kept(target, tmp_path, monkeypatch):
    def taken(self, other):
        raise PermissionError(errno.EACCES, "used by another process", str(self))

    monkeypatch.setattr(Path, "replace", taken)
    refusal = refused(target)
    assert "正在 Excel、WPS 中打开" in refusal.message
    assert "关闭" in refusal.suggestion
    assert hidden(tmp_path) == []


def test_a_file_with_a_lock_beside_it_is_refused_with_the_holders_name(target):
    target.with_name(f".~lock.{target.name}#").write_text(",王小明,PC1,22.11.2026,;", "utf-8")
    with pytest.raises(WriteRefused, match="被“王小明”打开"):
        check_writable(target)


def test_a_workbook_of_ours_is_told_from_others(tmp_path):
    ours, other, text = tmp_path / "a.xlsx", tmp_path / "b.xlsx", tmp_path / "c.xlsx"
    a_workbook(ours)
    a_workbook(other, kind="")
    text.write_text("名单")
    assert [bool(file_kind(path)) for path in (ours, other, text, tmp_path / "没有.xlsx")] == [
        True, False, False, False,
    ]  # fmt: skip
    refuse_foreign(ours)
    refuse_foreign(tmp_path / "没有.xlsx")
    for foreign in (other, text):
        with pytest.raises(WriteRefused, match="不是本工具生成的汇总表，为防止误删，未覆盖"):
            refuse_foreign(foreign)


@pytest.mark.parametrize(
    "properties",
    [
        b"<broken",
        b'<!DOCTYPE x [<!ENTITY a "b">]><Properties name="&a;"/>',
        f'<Properties><property name="{KIND_PROPERTY}"/></Properties>'.encode().ljust(2 << 20),
    ],
    ids=["broken", "entities", "huge"],
)
def test_hostile_properties_are_not_ours(tmp_path, properties):
    stream = io.BytesIO()
    with ZipFile(stream, "w") as package:
        package.writestr("docProps/custom.xml", properties)
    (tmp_path / "a.xlsx").write_bytes(stream.getvalue())
    assert file_kind(tmp_path / "a.xlsx") is None


def run(code, *arguments, **options):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", check=False, **options
    )


ATTEMPT = """
import os, sys
from pathlib import Path
from validators.errors import WriteRefused
from workbooks.files import check_writable, replace_atomically
from workbooks.file_locks import claim
import filelock  # loaded late: nobody else may read where the libraries lie
if os.getuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)
target = Path(sys.argv[1])
for step in (check_writable, lambda path: replace_atomically(path, lambda draft: None),
             lambda path: claim(path).__enter__()):
    try: step(target)
    except WriteRefused as refusal: print(refusal)
"""


def test_a_read_only_folder_is_refused_before_the_work_and_while_writing(target):
    with tempfile.TemporaryDirectory() as place:  # tmp_path lies in a folder closed to others
        folder = Path(place)
        there = Path(shutil.copy(target, folder))
        folder.chmod(0o555)
        done = run(ATTEMPT, there)
        folder.chmod(0o755)
        assert done.stdout.count("没有权限写入“全市汇总.xlsx”") == 2, done.stderr
        assert done.stdout.count(f"文件夹“{folder}”不存在或不能写入") == 1
        assert hidden(folder) == []


def overfill(draft):
    draft.write_bytes(os.urandom(200_000))


def pretend_to_overfill(draft):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def small_disk(tmp_path):
    """Yield a folder and a writer that finds no space in it: for real where we may mount."""
    folder = tmp_path / "小盘"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    mounted = (
        os.getuid() == 0
        and not subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode
    )
    yield folder, overfill if mounted else pretend_to_overfill
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_and_the_old_file_kept(target, small_disk):
    folder, write = small_disk
    there = Path(shutil.copy(target, folder))
    refusal = refused(there, write)
    assert "磁盘空间不足" in refusal.message
    assert hidden(folder) == []


def test_a_failure_xlsxwriter_wraps_is_told_like_any_other(target):
    def write(draft):
        problem = OSError(errno.ENOSPC, "No space left on device")
        raise xlsxwriter.exceptions.FileCreateError(problem)

    assert "磁盘空间不足" in refused(target, write).message


KILLED = """
import sys, os, itertools
from pathlib import Path
from workbooks.files import replace_atomically
target, old, new = map(Path, sys.argv[1:])
contents = [old.read_bytes(), new.read_bytes()]
print("ready", flush=True)
for content in itertools.cycle(contents):
    def write(draft):
        with draft.open("wb") as stream:
            for start in range(0, len(content), 512):
                stream.write(content[start : start + 512]); stream.flush()
    replace_atomically(target, write)
"""


def test_a_killed_write_leaves_the_old_or_the_new_file_and_its_draft_is_swept(target, tmp_path):
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    a_workbook(old, "旧" * 3_000)
    a_workbook(new, "新" * 3_000)
    whole = {old.read_bytes(), new.read_bytes(), target.read_bytes()}
    left = 0
    for attempt in range(10):
        command = [sys.executable, "-c", KILLED, str(target), str(old), str(new)]
        with subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE
        ) as process:
            process.stdout.readline()
            time.sleep(0.003 + attempt * 0.0013)
            process.send_signal(signal.SIGKILL)
        assert target.read_bytes() in whole
        left += len(hidden(tmp_path))
        sweep(tmp_path)
        assert hidden(tmp_path) == []
    assert left > 0


def test_a_draft_of_a_live_process_or_another_computer_is_left_alone(tmp_path):
    draft = files._draft_beside(tmp_path / "a.xlsx")
    elsewhere = tmp_path / f".bangdai-00000000-{2**22 - 1}-aa.tmp.xlsx"
    strange = tmp_path / ".bangdai-x.tmp.xlsx"
    for path in (elsewhere, strange):
        path.touch()
    sweep(tmp_path)
    assert {draft.name, elsewhere.name, strange.name} == set(hidden(tmp_path))
    assert holder_here().pid == os.getpid()


def test_another_computers_draft_is_removed_after_a_day(tmp_path):
    elsewhere = tmp_path / ".bangdai-00000000-1-aa.tmp.xlsx"
    elsewhere.touch()
    os.utime(elsewhere, (0, time.time() - 2 * 24 * 3600))
    sweep(tmp_path)
    assert hidden(tmp_path) == []
