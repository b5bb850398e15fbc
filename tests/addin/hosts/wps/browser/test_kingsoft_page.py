"""Kingsoft's publish page and its tool for developers beside our installation, on one list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from addin.hosts.wps.doctor import Surroundings, examine
from addin.hosts.wps.install import install, uninstall
from addin.hosts.wps.program import Program
from addin.hosts.wps.publish_list import entries
from tests.addin.hosts.wps.computers import THEIRS, Computer, a_computer
from tests.support.chromium import Chromium, Page
from tests.support.kingsoft import Relay, develop, relay

OURS = "bangdai/et"
THIRD = {
    "name": "报表助手", "addonType": "et", "online": "true", "multiUser": "false",
    "url": "http://127.0.0.1:3890/", "customDomain": "",
}  # fmt: skip
SILENT = "window.alert = text => { window.said = text; }; window.confirm = () => true;"


@pytest.fixture
def pc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    """A computer with our add-in beside another vendor's."""
    pc = a_computer(tmp_path, monkeypatch)
    pc.write_list(THEIRS)
    install(pc.places, pc.systemd)
    return pc


@pytest.fixture
def wps_relay(pc: Computer) -> Iterator[Relay]:
    with relay(pc.places.publish_list) as running:
        yield running


def opened(chromium: Chromium, running: Relay) -> Page:
    """Return the page once it shows the add-ins."""
    page = chromium.open(running.address, before=SILENT)
    page.wait_until("document.querySelectorAll('.addonItem').length > 1")
    return page


def shown(page: Page, addin: str) -> list[str]:
    """Return what the page says of an add-in, cell by cell; [] where it shows none."""
    cells = f"document.getElementById({addin!r})"
    return page.run(f"{cells} ? [...{cells}.children].map(one => one.innerText) : []")


def press(page: Page, addin: str) -> None:
    """Press an add-in's button, and wait until the page says that it worked."""
    page.run(f"window.said = ''; document.getElementById('{addin}_button').click()")
    page.wait_until("window.said")
    assert page.run("window.said") == "配置成功！"


def registration(pc: Computer) -> str:
    checks = examine(pc.places, Surroundings(Program("et", ""), packages=[]))
    return next(check.found for check in checks if check.name == "加载项登记")


def names(pc: Computer) -> list[str]:
    listed = entries(pc.places.publish_list.read_bytes())
    return [entry.attributes["name"] for entry in listed]


def test_the_page_shows_our_add_in_as_installed(
    pc: Computer, wps_relay: Relay, chromium: Chromium
) -> None:
    page = opened(chromium, wps_relay)

    name, program, loading, address, _, button, _ = shown(page, OURS)

    assert (name, program, loading) == ("bangdai", "电子表格", "离线")
    assert address == pc.places.folder.name
    assert button == "卸载"
    page.close()


@pytest.mark.parametrize("forgets", [False, True])
def test_what_the_page_takes_away_the_self_check_notices_and_installing_brings_back(
    pc: Computer, wps_relay: Relay, chromium: Chromium, forgets: bool
) -> None:
    wps_relay.forgets = forgets
    page = opened(chromium, wps_relay)

    press(page, OURS)

    assert registration(pc).endswith("中未登记" if forgets else "中已停用")
    install(pc.places, pc.systemd)
    assert registration(pc) == str(pc.places.publish_list)
    assert "办公助手" in names(pc)
    page.close()
    page = opened(chromium, wps_relay)
    assert shown(page, OURS)[5] == "卸载"
    page.close()


def test_what_the_page_installs_beside_ours_stays_when_ours_goes(
    pc: Computer, wps_relay: Relay, chromium: Chromium
) -> None:
    wps_relay.offered = [THIRD]
    page = opened(chromium, wps_relay)

    press(page, "报表助手/et")

    assert names(pc) == ["办公助手", "bangdai", "报表助手"]
    assert registration(pc) == str(pc.places.publish_list)
    uninstall(pc.places, pc.systemd)
    assert names(pc) == ["办公助手", "报表助手"]
    page.close()
    page = opened(chromium, wps_relay)
    assert shown(page, OURS) == []
    assert shown(page, "报表助手/et")[5] == "卸载"
    page.close()


def test_kingsofts_tool_for_developers_keeps_our_entry_and_we_keep_its(pc: Computer) -> None:
    develop("my_addin")

    assert names(pc) == ["办公助手", "my_addin", "bangdai"], "it sorts the list by tags"
    assert registration(pc) == str(pc.places.publish_list)

    uninstall(pc.places, pc.systemd)
    develop("my_addin")
    assert names(pc) == ["办公助手", "my_addin"]
    install(pc.places, pc.systemd)
    assert names(pc) == ["办公助手", "my_addin", "bangdai"]
