"""The Python side of UNO, LibreOffice's programming interface.

Debian installs `uno.py` into the system Python's folder of packages. Only that one file is loaded
from there: with the whole folder on the path, its other packages would shadow ours.
"""

from __future__ import annotations

import builtins
import importlib.util
import shutil
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from validators.errors import BangdaiError

__all__ = [
    "Area",
    "HostFailed",
    "area",
    "area_of",
    "cell_address",
    "enum",
    "load_uno",
    "properties",
    "soffice",
    "struct",
    "url_of",
]

Area = tuple[int, int, int, int]
"""First row, first column (from 1), number of rows, number of columns."""

_FOLDERS = ("/usr/lib/python3/dist-packages", "/usr/lib64/libreoffice/program")
_INSTALL = "请安装 Debian 软件包 libreoffice-calc 和 python3-uno：sudo apt-get install libreoffice-calc python3-uno"


class HostFailed(BangdaiError):
    """LibreOffice is missing, does not start, or does not answer."""


def soffice() -> Path:
    """Return the path of LibreOffice's program.

    Raises:
        HostFailed: This is not Linux, or LibreOffice is not installed.
    """
    if not sys.platform.startswith("linux"):
        raise HostFailed(
            "LibreOffice 运行方式只用于 Linux（自动测试和无界面运行）",
            "在 Windows 上请打开 Excel，用“导师帮带”选项卡里的按钮",
        )
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        raise HostFailed("没有找到 LibreOffice（soffice）", _INSTALL)
    return Path(found)


@cache
def load_uno() -> Any:
    """Return the module `uno`, loaded from its own file.

    Raises:
        HostFailed: The module is not installed, or was made for another version of Python.
    """
    if "uno" in sys.modules:
        return sys.modules["uno"]
    places = [Path(folder) for folder in _FOLDERS] + [soffice().resolve().parent]
    for place in places:
        if (place / "uno.py").is_file():
            return _load(place / "uno.py")
    raise HostFailed("没有找到 LibreOffice 的 Python 接口（uno 模块）", _INSTALL)


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("uno", path)
    if spec is None or spec.loader is None:
        raise HostFailed(f"无法读取“{path}”", _INSTALL)
    module = importlib.util.module_from_spec(spec)
    importing, search_path = builtins.__import__, sys.path[:]
    sys.modules["uno"] = module  # the compiled half asks for it by name
    try:
        spec.loader.exec_module(module)
    except ImportError as problem:
        del sys.modules["uno"]
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise HostFailed(
            f"LibreOffice 的 Python 接口不能在 Python {version} 中使用（{problem}）",
            "请用系统自带的 python3 的同一版本新建虚拟环境，再安装本工具",
        ) from problem
    finally:
        # uno makes `import` and the path its own; neither is needed once it is loaded
        builtins.__import__ = importing
        sys.path[:] = search_path
    return module


def struct(name: str, **fields: Any) -> Any:
    """Return a new UNO struct, such as `struct("awt.Point", X=1)` for com.sun.star.awt.Point."""
    made = load_uno().createUnoStruct(f"com.sun.star.{name}")
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def enum(name: str, value: str) -> Any:
    """Return one value of a UNO enumeration, such as `enum("awt.FontSlant", "ITALIC")`."""
    return load_uno().Enum(f"com.sun.star.{name}", value)


def properties(**values: Any) -> tuple[Any, ...]:
    """Return keyword arguments as the sequence of named values UNO takes."""
    return tuple(struct("beans.PropertyValue", Name=n, Value=v) for n, v in values.items())


def url_of(path: Path) -> str:
    """Return the address of a file as UNO wants it."""
    return str(load_uno().systemPathToFileUrl(str(path.resolve())))


def area(sheet: int, where: Area) -> Any:
    """Return `where` on the sheet with this number (from 0) as a CellRangeAddress."""
    row, column, n_rows, n_columns = where
    return struct(
        "table.CellRangeAddress",
        Sheet=sheet,
        StartRow=row - 1,
        StartColumn=column - 1,
        EndRow=row + n_rows - 2,
        EndColumn=column + n_columns - 2,
    )


def area_of(address: Any) -> Area:
    """Return the area of a CellRangeAddress."""
    return (
        address.StartRow + 1,
        address.StartColumn + 1,
        address.EndRow - address.StartRow + 1,
        address.EndColumn - address.StartColumn + 1,
    )


def cell_address(sheet: int, row: int, column: int) -> Any:
    """Return the cell at `row` and `column` (from 1) of a sheet (from 0) as a CellAddress."""
    return struct("table.CellAddress", Sheet=sheet, Row=row - 1, Column=column - 1)
