"""The style sheet of CONTRIBUTING.md, as far as a text can be checked: what is wrong with one text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.sentences.literals import Wording

LONGEST = 80
"""Chinese characters and marks of the longest sentence, help included."""

BETTER = {
    "看不清|认不出|读不出|读不全|分不清|看不出": "无法识别、无法读取、无法确定",
    "打不开|写不进|建不起来|连不上|删不掉": "无法打开、无法写入、无法连接",
    "拿不准|说不准": "不能确定、待确认",
    "没有(找到|读取(?!权限)|写入(?!权限)|计入|填写|保存|导入|更新|生成|算出|改动|上报)": "未找到、未读取、未写入……",
    "不用(填|改|管|处理|再|重)|用不着": "无需",
    "怎么(办|改|填)|怎样才": "处理办法、修改方法、填写方法",
    "再试|改好|弄好|搞定|就行|即可以": "重试、改正、即可",
    "写法不统一|写法不规范，": "格式不规范",
    "余量|没有帮带过": "未满额、未开展针对性帮带",
    "请催报|没有收到台账": "请督促报送、尚未上报",
    "进行(校验|汇总|更新|填写|修改|结对|研判)|对.{1,8}进行": "校验、汇总、更新",
    "这(张表|台电脑|一列|位导师|个对象|条建议)": "该表、本机、该列",
    r"全[县市]（区）": "全县，或县（区）的名称",
    r"(?<![\u4e00-\u9fff])[一二两几\d] ?格(?![式多])|每一?格|这一?格": "单元格",
    "张冠李戴|手把手|不再问|绕成": "直接说明",
    "如果您|亲爱的|抱歉|对不起|谢谢|恭喜|成功地": "不致歉、不寒暄",
}
"""What is not written (a pattern), and what is written for it."""

_HEADINGS = re.compile(
    r"[县镇村份 ](?:\(区\)|\(街道\)|\(社区\))|\((?:万元|元|小时|月|1-5|正式|预备|小团队|\*\.[^)]*)\)"
)
"""Half-width brackets that stand in headings of the schema."""

_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?()](?=[\u4e00-\u9fff]|$)|[,;?(][\u4e00-\u9fff]")
_ASCII_QUOTES = re.compile(r"[\u4e00-\u9fff]['\"][\u4e00-\u9fff]")
_DOUBLED = re.compile(
    r"请请|的的|了了|请再请|，，|。。|、、|；；|，。|。，|；。|：。|在在|和和|后后|中中"
)
_ADDRESSED = re.compile(r"[您你哦呢啦哟]|[好行去来]吧|了吧")
_SPACED = re.compile(r"[\u4e00-\u9fff] +[，。；：、）”]|[“（] +")

_CEREMONIAL = ("workbooks/papers/", "addin/hosts/calc/notes.py")
"""Certificates address their holder; LibreOffice's stand-in for Excel says what Excel says."""

_FORMULA = re.compile(r"[A-Z]{2,}\(|[$&]|\(.*[<>=]|^<|\(\?|\*\.")


def faults_of(wording: Wording) -> Iterator[str]:
    """Yield what the style sheet has against a text; formulas and markup are none."""
    text = wording.text
    if _FORMULA.search(text):
        return
    for pattern, better in BETTER.items():
        if found := re.search(pattern, text):
            yield f"“{found[0]}”: write {better}"
    if _HALF_WIDTH.search(_HEADINGS.sub("", text)):
        yield "half-width punctuation between Chinese characters"
    if _ASCII_QUOTES.search(text):
        yield "ASCII quotes: write “ ”"
    if found := _DOUBLED.search(text):
        yield f"“{found[0]}” twice"
    if not wording.file.startswith(_CEREMONIAL) and (found := _ADDRESSED.search(text)):
        yield f"“{found[0]}”: nobody is addressed"
    if _SPACED.search(text):
        yield "a space beside punctuation"
    if (longest := max(map(_length, re.split(r"[。！？\n]", text)))) > LONGEST:
        yield f"a sentence of {longest} characters; {LONGEST} are allowed"


def _length(sentence: str) -> int:
    return len(re.findall(r"[^\x00-\xff]", sentence)) if "，" in sentence else 0
