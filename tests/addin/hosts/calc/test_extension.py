"""导师帮带.oxt as a file, and its way into a LibreOffice and out again."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from defusedxml import ElementTree

from addin.buttons import buttons
from addin.cli import cli
from addin.formulas import FORMULAS
from addin.hosts.calc.extension import build
from addin.hosts.calc.extension.doctor import examine
from addin.hosts.calc.extension.helper import Formulas
from addin.hosts.calc.extension.install import HELPER, Installation
from tests.support.clerks_desktop import AS_A_USER
from validators.errors import UsageError
from validators.sheets import AssessmentRow, columns_by_field

OOR = "{http://openoffice.org/2001/registry}"


@pytest.fixture
def package(tmp_path: Path) -> ZipFile:
    return ZipFile(build.build_extension(tmp_path))


def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    one, other = build.build_extension(tmp_path / "1"), build.build_extension(tmp_path / "2")

    assert one.name == "导师帮带.oxt"
    assert one.read_bytes() == other.read_bytes()


def test_menu_and_toolbars_have_every_button_once_in_the_order_of_the_ribbon(
    package: ZipFile,
) -> None:
    root = ElementTree.fromstring(package.read("Addons.xcu"))
    urls = [
        [
            prop.findtext("value")
            for prop in part.iter("prop")
            if prop.get(f"{OOR}name") == "URL" and prop.findtext("value") != "private:separator"
        ]
        for part in root.find("node")
    ]

    assert urls == [[f"cn.bangdai:{button.id}" for button in buttons()]] * 2


def test_every_formula_has_its_name_and_chinese_help_for_each_argument(package: ZipFile) -> None:
    root = ElementTree.fromstring(package.read("CalcAddIns.xcu"))
    functions = root.find("node/node/node").findall("node")

    assert [function.findtext("prop/value") for function in functions] == [
        one.__name__ for one in FORMULAS
    ]
    for function in functions:
        about = [value.text or "" for value in function.iter("value")]
        assert all(any("一" <= letter <= "鿿" for letter in text) for text in about[4:])
        assert function.get(f"{OOR}name") in package.read("formulas.idl").decode()


def test_every_part_is_in_the_manifest_and_every_part_of_the_manifest_is_there(
    package: ZipFile,
) -> None:
    manifest = ElementTree.fromstring(package.read("META-INF/manifest.xml"))
    told = {value for entry in manifest for key, value in entry.items() if "full-path" in key}

    others = {"META-INF/manifest.xml", "description.xml", "settings.json"}
    assert told == {*package.namelist()} - others


def test_a_sent_file_names_no_path_of_this_computer(package: ZipFile) -> None:
    assert json.loads(package.read("settings.json"))["command"] == []
    everything = b"".join(map(package.read, package.namelist()))
    assert str(Path.home()).encode() not in everything
    assert sys.prefix.encode() not in everything


# --- the helper's formulas ------------------------------------------------------------------------


def test_a_large_argument_crosses_once_and_is_used_by_its_number() -> None:
    formulas = Formulas()
    names = [["王 秀兰"], [None], ["马志远"]]

    first = formulas.answer("BD_NAME", [{"rows": names, "slot": 3}])

    assert first == [["王秀兰"], [""], ["马志远"]]
    assert formulas.answer("BD_NAME", [{"slot": 3}]) == first


def test_a_typed_nought_is_not_taken_for_an_empty_cell() -> None:
    headings = [column.heading for column in columns_by_field(AssessmentRow).values()]
    row = dict.fromkeys(headings)
    row |= {"对象编号": "G640402104-001", "评价日期": 46203.0, "思想情怀": 0.0}
    cells = [{"rows": [[*row.values()]]}, {"rows": [headings]}]
    question = [*cells, {"value": "成长评价"}, {"value": None}, {"value": 46203.0}]

    by_calc = Formulas().answer("BD_CHECK", question)[0][0]

    assert "思想情怀：" in by_calc
    assert "思想情怀：未填写" not in by_calc


def test_days_go_out_as_numbers() -> None:
    assert Formulas().answer("BD_DATE", [{"value": "2026年5月3日"}]) == [[46145]]
    assert Formulas().answer("BD_DATE", [{"value": 46145.0}, {"value": None}]) == [[46145]]


# --- install, doctor, uninstall -------------------------------------------------------------------


@pytest.mark.office
def test_it_is_installed_checked_and_removed(tmp_path: Path) -> None:
    soffice = Path(shutil.which("soffice") or "").resolve()
    where = f"-env:UserInstallation={tmp_path.as_uri()}"
    installation = Installation(soffice.parent, tmp_path, [where], AS_A_USER)
    assert [check.name for check in examine(installation) if check.todo] == ["扩展"]

    installation.install()
    checks = {check.name: check for check in examine(installation)}
    assert [check for check in checks.values() if check.todo] == []
    assert checks["Python"].found == HELPER[0]
    assert checks["试算公式"].found == "正常"

    installation.install(["/没有/python", *HELPER[1:]])
    wrong = {check.name: check for check in examine(installation) if check.todo}
    assert {*wrong} == {"Python", "试算公式"}
    assert wrong["Python"].found == "扩展所用的 /没有/python 已不存在"

    assert installation.uninstall()
    assert not installation.uninstall()


def test_root_is_told_to_install_as_the_clerk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)

    with pytest.raises(UsageError, match="root"):
        Installation.of()


def test_the_users_own_settings_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    assert Installation.of({"XDG_CONFIG_HOME": "/设置"}).profile == Path("/设置/libreoffice/4")
    assert Installation.of({"APPDATA": "/漫游"}).profile == Path("/漫游/LibreOffice/4")


def test_the_command_builds_the_file(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["calc", "build", "--out", str(tmp_path)], standalone_mode=False)

    assert done.return_value == 0, done.exception
    assert (tmp_path / "导师帮带.oxt").exists()
