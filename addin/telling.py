"""What the commands on pairings and records say of their results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from addin.sentences import (
    award_line,
    awards_total,
    confirmation_lines,
    confirmation_total,
    flag_lines,
    flags_total,
    pair_line,
    suggestion_remarks,
    suggestions_total,
    tidy_total,
)
from addin.speaking import say

if TYPE_CHECKING:
    from addin.actions.carding import Carded
    from addin.actions.confirming import Confirmed
    from addin.actions.copying import Copied
    from addin.actions.judging import Flagged, Judged
    from addin.actions.reprinting import Reprinted
    from addin.actions.suggesting import Suggested
    from addin.actions.tidying import Tidied
    from addin.actions.together import Together
    from addin.actions.updating import Updated

__all__ = [
    "show_carded",
    "show_confirmed",
    "show_flagged",
    "show_judged",
    "show_reprinted",
    "show_suggested",
    "show_tidied",
    "show_updated",
]

_SHOWN = 40
"""Lines of one kind that are printed; the rest is counted."""
_NAMED = 10
"""IDs that are named in one sentence."""


def show_suggested(done: Suggested) -> None:
    """Print the suggested pairs, whom nobody can help, what moved, and where it was written."""
    _files(done.together)
    plan = done.plan
    for pair in plan.pairs[:_SHOWN]:
        say(f"  {pair_line(pair)}")
    if len(plan.pairs) > _SHOWN:
        say(f"  ……另有 {len(plan.pairs) - _SHOWN} 对，见写出的文件，或加 --json 全部列出")
    for line in suggestion_remarks(plan):
        say(f"  {line}")
    say(suggestions_total(plan))
    _problems(done.copied)
    if done.out:
        say(f"已写到：{done.out}　请在“结对建议”表填写采纳和双方意见，原台账没有改动。")


def show_confirmed(done: Confirmed) -> None:
    """Print what became pairings, what did not and why, and where it was written."""
    for line in confirmation_lines(done.refused, done.notes):
        say(f"  {line}")
    say(confirmation_total(done.pairings, done.duties))
    say(f"新台账：{done.out}")
    if done.papers:
        say(f"聘书、协议和结对仪式名单：{done.papers}")


def show_tidied(done: Tidied) -> None:
    """Print every cell that is written otherwise now, and where."""
    _files(done.together)
    for one in done.rewritings:
        say(f"  {one.sentence}")
    say(tidy_total(len(done.rewritings)))
    if done.out:
        say(f"已写到：{done.out}　原台账没有改动。")
    elif done.rewritings:
        say("没有写文件；要改好的台账，请加 --out。")


def show_updated(done: Updated) -> None:
    """Print what was left out, how many ledgers and IDs were brought up to date, and where."""
    _files(done.together)
    _problems(done.copied)
    written = sum(not one.problem for one in done.copied)
    say(f"已更新 {written} 个台账，补全编号 {done.ids} 个；原台账没有改动。")
    say(f"写到：{done.out}")


def show_flagged(together: Together, found: Flagged) -> None:
    """Print the flagged mentees with their facts, then what the records look like."""
    _files(together)
    for one in found.flags[:_SHOWN]:
        for line in flag_lines(one):
            say(line)
    _more(len(found.flags))
    for copy in found.copied[:_SHOWN]:
        say(f"记录质量提示　{copy.facts}")
    _more(len(found.copied))
    for hint in found.hints[:_SHOWN]:
        say(f"记录质量提示　{hint.facts}")
    _more(len(found.hints))
    say(flags_total(found))


def show_judged(together: Together, found: Judged) -> None:
    """Print the shortlisted mentors, and how the others missed it."""
    _files(together)
    for one in found.awards[:_SHOWN]:
        say(award_line(one))
        for condition in one.conditions:
            if not condition.met:
                say(f"      {condition}")
    _more(len(found.awards))
    say(awards_total(found.awards))


def show_carded(done: Carded) -> None:
    """Print how many cards there are, who has none, and where they were written."""
    _files(done.together)
    if done.left_out:
        some = "、".join(done.left_out[:_NAMED])
        more = " 等" if len(done.left_out) > _NAMED else ""
        say(
            f"  {len(done.left_out)} 名（个）对象没有制卡，台账该行有错误或编号重复，"
            f"请校验改正后重做：{some}{more}"
        )
    say(f"成长档案卡 {done.cards} 份，已写到：{done.out}")


def show_reprinted(done: Reprinted) -> None:
    """Print how many pairings have papers, which do not and why, and where they were written."""
    for line in done.left_out:
        say(f"  {line}")
    say(f"聘书、协议和结对仪式名单 {len(done.pairings)} 对，已写到：{done.out}")


def _files(together: Together) -> None:
    for line in together.file_findings:
        say(f"  {line}")


def _problems(copied: Iterable[Copied]) -> None:
    for one in copied:
        if one.problem:
            say(f"  {one.file} 没有写出：{one.problem}")


def _more(count: int) -> None:
    if count > _SHOWN:
        say(f"  ……另有 {count - _SHOWN} 条，加 --json 全部列出")
