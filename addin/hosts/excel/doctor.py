"""The self-check: each thing the add-in needs, whether it is there, and what to do if not.

Nothing is changed. Paths and registry come in as arguments, so that every check runs anywhere.
"""

from __future__ import annotations

import re
from pathlib import Path

from addin.hosts.checks import RESTORE, Check, installed_files, interpreter, writable_folder
from addin.hosts.excel.install import ANSI, FILE_NAME, ZONE, Places
from addin.hosts.registry import APP_PATHS, Registry
from addin.hosts.wps.program import find_on_windows

_OFFICE = ("16.0", "15.0", "14.0")
"""Excel 2016 and newer, 2013, 2010."""

_INTERPRETER = re.compile(r'"INTERPRETER_WIN","([^"]*)"')

_POLICIES = (
    ("Trusted Locations", "AllLocationsDisabled", "禁用了全部受信任位置"),
    ("", "DisableAllAddins", "禁用了全部加载项"),
    ("", "RequireAddinSig", "要求加载项有数字签名"),
)


def examine(
    places: Places, registry: Registry, expected: bytes, packages: list[str] | None = None
) -> list[Check]:
    """Return every check in the order a click needs them.

    Args:
        places: Where things should be.
        registry: Where Excel's settings are read.
        expected: The add-in file this version builds.
        packages: Folders whose installed packages are compared with their own lists of files;
            those of this Python when None.
    """
    return [
        _excel(registry, places.addin),
        interpreter(places.interpreter),
        _libraries(places),
        installed_files(packages),
        _configuration(places),
        _addin(places, expected),
        _copies(places),
        _mark_of_the_web(places),
        _trust(registry),
        _disabled(registry),
        writable_folder("日志文件夹", places.home),
    ]


def _excel(registry: Registry, addin: Path) -> Check:
    name = "桌面版 Excel"
    for hive in ("HKLM", "HKCU"):
        found = registry.value(rf"{hive}\{APP_PATHS}\excel.exe", "")
        if found:
            return Check(name, str(found))
    if wps := find_on_windows(registry):
        return Check(
            name, f"未找到，本机安装的是 WPS（{wps.path}）",
            "请用 bangdai wps install 安装 WPS 的加载项；"
            f"WPS 带 VBA 的，也可在“开发工具—加载项”中添加 {addin} 试用",
            untested=True,
        )  # fmt: skip
    return Check(
        name, "未找到",
        "加载项需要桌面版 Excel 2010 或更新版本；台账仍可填写，也可用 bangdai validate 校验",
    )  # fmt: skip


def _libraries(places: Places) -> Check:
    lost = [names[0] for names in places.libraries if not any(file.is_file() for file in names)]
    if not lost:
        return Check("与 Excel 连接的 DLL", "64 位和 32 位的齐全")
    names = "、".join(str(file) for file in lost)
    return Check("与 Excel 连接的 DLL", f"缺少 {names}", RESTORE.format(folder=lost[0].parent))


def _configuration(places: Places) -> Check:
    name, again = "配置文件", "运行 bangdai addin install"
    try:
        text = places.configuration.read_text(ANSI)
    except OSError:
        return Check(name, f"没有 {places.configuration}", again)
    except UnicodeDecodeError:
        return Check(name, f"{places.configuration} 无法读取", again)
    wanted, other = places.portable(places.interpreter), _INTERPRETER.search(text)
    if wanted in text:
        return Check(name, str(places.configuration))
    return Check(
        name,
        f"{places.configuration} 指向其他 Python（{other[1] if other else '未写明'}），"
        f"当前运行自检的是 {wanted}",
        "本机有两个 Python：使用当前的，" + again + "；使用原来的，请用原来的 Python 运行自检",
    )


def _addin(places: Places, expected: bytes) -> Check:
    name = "加载项文件"
    if not places.addin.is_file():
        return Check(
            name, f"没有 {places.addin}",
            "请运行 bangdai addin install；安装后丢失的，" + RESTORE.format(folder=places.xlstart),
        )  # fmt: skip
    if places.addin.read_bytes() == expected:
        return Check(name, str(places.addin))
    return Check(
        name, f"{places.addin} 与本程序的版本不一致",
        "关闭全部 Excel 窗口，运行 bangdai addin install",
    )  # fmt: skip


def _copies(places: Places) -> Check:
    found = sorted(places.xlstart.glob("*.xl*")) if places.xlstart.is_dir() else []
    stem = Path(FILE_NAME).stem
    extra = [file.name for file in found if stem in file.name and file != places.addin]
    extra = [name for name in extra if not name.endswith(ZONE)]
    if not extra:
        return Check("多余的副本", "没有")
    return Check(
        "多余的副本", "、".join(extra),
        f"请从 {places.xlstart} 删除，否则按钮重复显示",
    )  # fmt: skip


def _mark_of_the_web(places: Places) -> Check:
    name = "“来自互联网”标记"
    if not Path(f"{places.addin}{ZONE}").exists():
        return Check(name, "没有")
    return Check(
        name, "加载项带有该标记，Excel 拒绝运行其中的宏",
        f"运行 bangdai addin install；或右击 {places.addin}，属性，勾选“解除锁定”",
    )  # fmt: skip


def _trust(registry: Registry) -> Check:
    name = "信任设置"
    for label, todo in (
        ("Policies\\", "该项由单位统一设置，请联系单位的电脑管理员放行"),
        ("", "请在 Excel“文件—选项—信任中心—信任中心设置”中取消"),
    ):
        for version in _OFFICE:
            base = rf"HKCU\Software\{label}Microsoft\Office\{version}\Excel\Security"
            for folder, value, what in _POLICIES:
                if registry.value(rf"{base}\{folder}" if folder else base, value) in (1, "1"):
                    return Check(name, f"Excel {what}", todo)
    return Check(name, "XLSTART 是 Excel 默认的受信任位置，未被禁用")


def _disabled(registry: Registry) -> Check:
    name = "被停用的项目"
    for version in _OFFICE:
        key = rf"HKCU\Software\Microsoft\Office\{version}\Excel\Resiliency\DisabledItems"
        if any(map(_is_ours, registry.values(key))):
            return Check(
                name, f"Excel 停用了 {FILE_NAME}（多因上次崩溃）",
                "在 Excel“文件—选项—加载项—管理：禁用项目”中选中它，点“启用”，再重新打开 Excel",
            )  # fmt: skip
    return Check(name, f"没有停用 {FILE_NAME}")


def _is_ours(item: object) -> bool:
    """Tell whether a disabled item is our add-in: its path stands in it in UTF-16."""
    content = item if isinstance(item, bytes) else str(item or "").encode("utf-16-le")
    path = content.decode("utf-16-le", "ignore") + content[1:].decode("utf-16-le", "ignore")
    return FILE_NAME.casefold() in path.casefold()
