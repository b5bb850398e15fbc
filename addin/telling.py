"""What the commands on pairings and records say of their results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from addin.speaking import say
from validators.vocabulary import Alert

if TYPE_CHECKING:
    from addin.actions.carding import Carded
    from addin.actions.confirming import Confirmed
    from addin.actions.copying import Copied
    from addin.actions.judging import Flagged, Judged
    from addin.actions.reprinting import Reprinted
    from addin.actions.suggesting import Suggested
    from addin.actions.together import Together
    from addin.actions.updating import Updated

__all__ = [
    "show_carded",
    "show_confirmed",
    "show_flagged",
    "show_judged",
    "show_reprinted",
    "show_suggested",
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
        score = f"{100 * pair.total:.1f} 分"
        say(
            f"  {pair.mentee_id} {pair.mentee_name} ← {pair.mentor_id} {pair.mentor_name}　{score}　{pair.reason}"
        )
    if len(plan.pairs) > _SHOWN:
        say(f"  ……另有 {len(plan.pairs) - _SHOWN} 对，见写出的文件，或加 --json 全部列出")
    for one in plan.unmatched:
        say(f"  {one.mentee_id} {one.mentee_name}：{one.reason}")
    for warning in plan.warnings:
        say(f"  注意：{warning}")
    if plan.follows_draft:
        for change in plan.changes:
            say(f"  变动：{change.sentence}")
    waiting = len({pair.mentee_id for pair in plan.pairs}) + len(plan.unmatched)
    proof = "已证明没有更好的方案" if plan.gap == 0 else f"与最优方案的差距不超过 {plan.gap:.2%}"
    say(
        f"待结对 {waiting} 名（个），建议 {len(plan.pairs)} 对，"
        f"{len(plan.unmatched)} 名（个）无可用导师；{proof}。"
    )
    _problems(done.copied)
    if done.out:
        say(f"已写到：{done.out}　请在“结对建议”表填写采纳和双方意见，原台账没有改动。")


def show_confirmed(done: Confirmed) -> None:
    """Print what became pairings, what did not and why, and where it was written."""
    for line in done.refused:
        say(f"  没有结对：{line}")
    for line in done.notes:
        say(f"  {line}")
    say(f"已确认结对 {done.pairings} 对，生成职责 {done.duties} 条。")
    say(f"新台账：{done.out}")
    if done.papers:
        say(f"聘书、协议和结对仪式名单：{done.papers}")


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
        mentors = "、".join(one.mentor_names) or "未结对"
        say(f"[{one.level}] {one.score} 分　{one.mentee_id} {one.mentee_name}（导师：{mentors}）")
        for hit in one.hits:
            say(f"      {hit.shown()}：{hit.facts}")
        say(f"      建议：{one.measure}")
    _more(len(found.flags))
    for copy in found.copied[:_SHOWN]:
        say(f"记录质量提示　{copy.facts}")
    _more(len(found.copied))
    for hint in found.hints[:_SHOWN]:
        say(f"记录质量提示　{hint.facts}")
    _more(len(found.hints))
    counts = Counter(one.level for one in found.flags)
    levels = "、".join(f"{level} {counts[level]} 名（个）" for level in Alert)
    say(
        f"预警：{levels}；内容雷同的日志 {len(found.copied)} 条，其他记录质量提示 {len(found.hints)} 条。"
    )


def show_judged(together: Together, found: Judged) -> None:
    """Print the shortlisted mentors, and how the others missed it."""
    _files(together)
    for one in found.awards[:_SHOWN]:
        row = one.as_row()
        say(
            f"{row['shortlisted']}　{row['mentor_id']} {row['mentor_name']}　{row['total']} 分　{row['basis']}"
        )
        for condition in one.conditions:
            if not condition.met:
                say(f"      {condition}")
    _more(len(found.awards))
    shortlisted = sum(one.shortlisted for one in found.awards)
    say(
        f"参评导师 {len(found.awards)} 名，入围 {shortlisted} 名；名额按县（区）计，以县级汇总为准。"
    )


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
