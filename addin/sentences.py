"""What is said of results, in plain Chinese lines: commands print them, message boxes show them.

Each result has its details, of which a reader may show only the first, and a sentence that counts
them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from validators.findings import Finding
from validators.vocabulary import Alert, Level

if TYPE_CHECKING:
    from addin.actions.consolidate import ConsolidateResult
    from addin.actions.flags import FlagsResult
    from addin.domain.awards import Award
    from addin.domain.flags.judgement import Flag
    from addin.domain.pairing.suggest import Suggestion, Suggestions
    from addin.domain.pool_changes import Adjustment


def finding_line(finding: Finding) -> str:
    """Return one finding: level, place, what, what to do."""
    place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet
    where = f"{place}（{finding.heading}）" if finding.heading else place
    advice = f"　→ {finding.suggestion}" if finding.suggestion else ""
    return f"[{finding.level.label}] {where} {finding.message}{advice}"


def findings_total(findings: Iterable[Finding]) -> str:
    """Return how many findings there are of each level."""
    counts = Counter(finding.level for finding in findings)
    return "，".join(f"{level.label} {counts[level]} 条" for level in Level)


def pair_line(pair: Suggestion) -> str:
    """Return one suggested pair with its score and its reason."""
    score = f"{100 * pair.total:.1f} 分"
    return (
        f"{pair.mentee_id} {pair.mentee_name} ← {pair.mentor_id} {pair.mentor_name}　"
        f"{score}　{pair.reason}"
    )


def suggestion_remarks(plan: Suggestions) -> Iterator[str]:
    """Yield whom nobody can help, what to mind, and what moved since the draft before."""
    for one in plan.unmatched:
        yield f"{one.mentee_id} {one.mentee_name}：{one.reason}"
    for warning in plan.warnings:
        yield f"注意：{warning}"
    if plan.follows_draft:
        for change in plan.changes:
            yield f"变动：{change.sentence}"


def suggestions_total(plan: Suggestions) -> str:
    """Return how many wait, how many pairs are suggested, and how good the plan is."""
    waiting = len({pair.mentee_id for pair in plan.pairs}) + len(plan.unmatched)
    if not waiting:
        return "没有待结对的对象，没有新的建议。"
    proof = "已证明没有更好的方案" if plan.gap == 0 else f"与最优方案的差距不超过 {plan.gap:.2%}"
    return (
        f"待结对 {waiting} 名（个），建议 {len(plan.pairs)} 对，"
        f"{len(plan.unmatched)} 名（个）无可用导师；{proof}。"
    )


def confirmation_lines(refused: Iterable[str], notes: Iterable[str]) -> Iterator[str]:
    """Yield what did not become a pairing and why, then what else changed."""
    for line in refused:
        yield f"没有结对：{line}"
    yield from notes


def confirmation_total(pairings: int, duties: int) -> str:
    """Return how many pairings and duties there are now."""
    return f"已确认结对 {pairings} 对，生成职责 {duties} 条。"


def flag_title(one: Flag) -> str:
    """Return who is flagged, how gravely, and by whom helped."""
    mentors = "、".join(one.mentor_names) or "未结对"
    return f"[{one.level}] {one.score} 分　{one.mentee_id} {one.mentee_name}（导师：{mentors}）"


def flag_lines(one: Flag) -> Iterator[str]:
    """Yield one flagged mentee with the facts and what to do."""
    yield flag_title(one)
    for hit in one.hits:
        yield f"    {hit.shown()}：{hit.facts}"
    yield f"    建议：{one.measure}"


def flags_total(found: FlagsResult) -> str:
    """Return how many are flagged at each level, and how many entries look odd."""
    counts = Counter(one.level for one in found.flags)
    levels = "、".join(f"{level} {counts[level]} 名（个）" for level in Alert)
    return (
        f"预警：{levels}；内容雷同的日志 {len(found.copied)} 条，"
        f"其他记录质量提示 {len(found.hints)} 条。"
    )


def award_line(one: Award) -> str:
    """Return one judged mentor."""
    row = one.as_row()
    return (
        f"{row['shortlisted']}　{row['mentor_id']} {row['mentor_name']}　"
        f"{row['total']} 分　{row['basis']}"
    )


def awards_total(awards: Sequence[Award]) -> str:
    """Return how many mentors were judged and how many are on the shortlist."""
    shortlisted = sum(one.shortlisted for one in awards)
    return f"参评导师 {len(awards)} 名，入围 {shortlisted} 名；名额按县（区）计，以县级汇总为准。"


def pool_line(one: Adjustment) -> str:
    """Return one suggested change of the pool."""
    return f"{one.change}　{one.participant_id} {one.name}　{'；'.join(one.reasons)}"


def pool_total(changes: Sequence[Adjustment]) -> str:
    """Return how many changes of each kind are suggested."""
    counts = Counter(one.change for one in changes)
    said = "，".join(f"{change} {count} 人" for change, count in counts.items())
    return f"导师库调整建议 {len(changes)} 条" + (f"：{said}。" if said else "。")


def tidy_total(count: int) -> str:
    """Return how many cells are to be written otherwise."""
    return f"有 {count} 个单元格写法不统一但含义明确。" if count else "没有需要规范的写法。"


def consolidation_lines(done: ConsolidateResult) -> Iterator[str]:
    """Yield what is wrong with files as such: unreadable, twice there, of another county."""
    for finding in done.report.findings:
        if not finding.sheet and finding.level is not Level.NOTICE:
            yield f"{finding.file}：{finding.message}　→ {finding.suggestion}"


def consolidation_totals(done: ConsolidateResult) -> tuple[str, str, str]:
    """Return how many units have reported, how many findings there are, and where it was written."""
    states = Counter(unit.state.value for unit in done.states)
    counted = "，".join(f"{state} {count} 个" for state, count in states.most_common())
    return (
        f"{done.scope.name}填报情况：{counted}。",
        f"{findings_total(done.report.findings)}，明细见“问题清单”。",
        f"已汇总：{done.out}",
    )
