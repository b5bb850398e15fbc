"""The page of instructions: what every button and every formula does."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby
from pathlib import Path

from addin.actions.formula_cells import recipes
from addin.buttons import TAB, buttons

_STYLE = (
    'body{font:16px/1.7 "Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:46em;'
    "margin:2em auto;padding:0 1em}h1{font-size:1.5em}h2{font-size:1.15em;margin:1.2em 0 .3em}"
    "dt{font-weight:bold}dd{margin:0 0 .5em 1.5em}"
)
_STEPS = (
    "没有台账的，点“新建台账”，填写本乡镇（街道）名称；已有台账的，用 Excel 打开。",
    "逐表填写。列名有填写说明，有下拉列表的从列表中选。",
    "点“录入校验”，再点“下一个问题”逐条改正，直至没有错误。",
    "需要结对时依次点“生成结对建议”“确认结对”“聘书与协议”。",
    "每月点一次“一键更新”，查看“预警名单”。",
    "操作有误的，点“撤销上一步”。",
    "计算时间较长时，Excel 可能提示“正在等待其他应用程序完成操作”，点“确定”继续等待即可。",
)
_ON_FORMULAS = (
    "公式的参数请选表格的列（如 tbl_log[日期]），不选整列：整列有一百多万行，计算很慢。"
    "在 Excel 2016 中手工输入公式的，先选定区域，再按 Ctrl+Shift+Enter。"
)


def manual_page(folder: Path) -> Path:
    """Write the page into a folder and return it."""
    page = folder / "使用说明.html"
    steps = "".join(f"<li>{escape(step)}</li>" for step in _STEPS)
    page.write_text(
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{TAB} 使用说明</title>'
        f"<style>{_STYLE}</style></head><body><h1>{TAB} 使用说明</h1>"
        f"<ol>{steps}</ol>{_groups()}{_formulas()}</body></html>",
        encoding="utf-8",
    )
    return page


def _formulas() -> str:
    return (
        "<h2>可插入的公式</h2><dl>"
        + _explained((recipe.name, recipe.help) for recipe in recipes())
        + f"</dl><p>{escape(_ON_FORMULAS)}</p>"
    )


def _groups() -> str:
    return "".join(
        f"<h2>{escape(group)}</h2><dl>"
        + _explained((button.label, button.help) for button in members)
        + "</dl>"
        for group, members in groupby(buttons(), key=lambda button: button.group)
    )


def _explained(entries: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in entries)
