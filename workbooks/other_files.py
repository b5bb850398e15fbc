"""Files in a folder of ledgers that are no workbooks we read: what they are, and what to do."""

from __future__ import annotations

from pathlib import PurePath
from typing import NamedTuple

from workbooks.backups import in_backups


class OtherFile(NamedTuple):
    """What a file is that is not read.

    Attributes:
        what: What it is, after “是”.
        todo: What the clerk should do.
        may_hold_ledger: Whether what is to be reported may be in it.
    """

    what: str
    todo: str
    may_hold_ledger: bool = False


OWN_OUTPUT = OtherFile("本工具生成的文件", "不是乡镇台账，无需处理")
"""What our own workbooks are that hold no ledger."""

_IN_BACKUPS = OtherFile("“备份”文件夹中的文件", "如是需使用的台账，请移出“备份”文件夹")

_SAVE_AS = "如是台账，请用 Excel 或 WPS 打开，另存为 .xlsx 后放入文件夹"

_KINDS = {
    ".zip .rar .7z .tar .gz .tgz .bz2 .xz .cab .iso .zipx .jar": OtherFile(
        "压缩包", "请解压后放入文件夹", may_hold_ledger=True
    ),
    ".slk .dif .prn .tsv .dbf .mdb .accdb .numbers .ett .fods .ots .sxc .uos .xlt .xlw .wks .wk1 .xml "
    ".mht .mhtml": OtherFile("不能直接读取的表格格式", _SAVE_AS, may_hold_ledger=True),
    ".doc .docx .docm .dot .dotx .wps .wpt .rtf .odt .pages .uot .md .txt": OtherFile(
        "文字文档",
        "如写有台账内容，请用 bangdai import 或按钮“导入原有台账”导入，或填入台账模板后上报；不是的无需处理",
    ),
    ".pdf .ofd .caj": OtherFile("版式文件", "如是台账，请上报能编辑的 .xlsx；不是的无需处理"),
    ".jpg .jpeg .png .gif .bmp .tif .tiff .webp .heic .heif .svg .psd .emf .wmf": OtherFile(
        "图片", "如是台账的照片或截图，请上报填好的 .xlsx；不是的无需处理"
    ),
    ".ppt .pptx .pps .ppsx .dps .odp .key": OtherFile("演示文稿", "不是台账，无需处理"),
    ".xlam .xla .xll .wll .dll .exe .msi .bat .cmd .vbs .ps1 .sh .py .js .bas": OtherFile(
        "加载项或程序", "不是台账，请从文件夹移走"
    ),
    ".lnk .url .webloc .desktop": OtherFile(
        "快捷方式", "请将它指向的台账本身放入文件夹", may_hold_ledger=True
    ),
    ".crdownload .part .partial .download .tmp .td .bak .xlk .wbk": OtherFile(
        "未传输完成的文件或备份", "请放入完整的台账（.xlsx）", may_hold_ledger=True
    ),
    ".eml .msg .mbox": OtherFile(
        "邮件", "请将附件中的台账存入文件夹", may_hold_ledger=True
    ),
    ".mp3 .mp4 .wav .m4a .avi .mov .wmv .amr": OtherFile("音像文件", "不是台账，无需处理"),
}  # fmt: skip

_BY_SUFFIX = {suffix: kind for suffixes, kind in _KINDS.items() for suffix in suffixes.split()}


def other_file(file: str) -> OtherFile:
    """Return what a file is that is not read, by its name relative to the folder searched."""
    if in_backups(file):
        return _IN_BACKUPS
    suffix = PurePath(file).suffix.lower()
    known = _BY_SUFFIX.get(suffix)
    if known:
        return known._replace(what=f"{known.what}（{suffix}）")
    what = f"{suffix} 文件，不是台账工作簿" if suffix else "没有扩展名的文件，无法识别类型"
    return OtherFile(what, f"不是台账的无需处理；{_SAVE_AS}")
