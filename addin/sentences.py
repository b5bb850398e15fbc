"""Results in plain Chinese: the command line prints these lines, message boxes show them.

A result has details, of which a reader may show only the first, and sentences that sum it up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from validators.findings import Finding, Report, as_typed
from validators.vocabulary import Alert, Level, Shortlisted

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from addin.actions.cards import CardsResult
    from addin.actions.consolidation.order import ConsolidateResult
    from addin.actions.exchange.return_ledgers import ReturnResult
    from addin.actions.flags import FlagsResult
    from addin.actions.imports.import_files import ImportPlan, ImportResult, LedgerImport
    from addin.actions.ledger_set import CopyResult
    from addin.actions.tidy import Rewriting
    from addin.actions.update import UpdateResult
    from addin.domain.awards import Award
    from addin.domain.changes import Change, Comparison
    from addin.domain.duties import DutyReport
    from addin.domain.flags.judgement import Flag
    from addin.domain.imports.account import Fate
    from addin.domain.pairing.suggest import Suggestion, Suggestions
    from addin.domain.pool_changes import Adjustment
    from validators.ledger import Ledger
    from workbooks.patch.formula_values import FormulaValues
    from workbooks.updates import SheetUpdate

_NAMED = 10
"""Names or places listed in one sentence."""


def some(names: Sequence[str]) -> str:
    """Return the first of some names, and whether there are more."""
    return "、".join(names[:_NAMED]) + (" 等" if len(names) > _NAMED else "")


def written_copy(out: Path, advice: str = "") -> str:
    """Return where a changed copy is, and what to do with it."""
    return f"已保存到：{out}　{advice}原台账未改动。"


def copy_lines(copies: Iterable[CopyResult]) -> Iterator[str]:
    """Yield the ledgers of a folder whose copies could not be written, and why."""
    for copy in copies:
        if copy.problem:
            yield f"{copy.file} 未生成：{copy.problem}"


# --- checking ---


def finding_line(finding: Finding) -> str:
    """Return one finding: level, place, what, what to do."""
    place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet
    where = f"{place}（{finding.heading}）" if finding.heading else place
    advice = f"　→ {finding.suggestion}" if finding.suggestion else ""
    return " ".join(filter(None, (f"[{finding.level.label}]", where, finding.message))) + advice


def findings_total(findings: Iterable[Finding]) -> str:
    """Return how many findings there are of each level."""
    # a Counter would take ten times as long: it hashes levels
    levels = [finding.level for finding in findings]
    return _levels_total({level: levels.count(level) for level in Level})


def _levels_total(counts: Mapping[Level, int]) -> str:
    return "，".join(f"{level.label} {counts[level]} 条" for level in Level)


def rows_total(report: Report) -> str:
    """Return how many rows were read, and how many of them count."""
    rows, accepted, rejected, ignored = (
        sum(getattr(count, name) for count in report.sheets)
        for name in ("rows", "accepted", "rejected", "ignored")
    )
    return (
        f"共 {rows} 行：采用 {accepted} 行，有误 {rejected} 行，"
        f"不计（重复标题、合计、说明）{ignored} 行。"
    )


def validation_sentences(findings: Sequence[Finding], marked: int) -> list[str]:
    """Return how many findings there are, how many cells are marked, and how to go on."""
    if not findings:
        return ["未发现问题。"]
    marks = [f"已对 {marked} 个单元格标色并加批注。"] if marked else []
    return [
        f"{findings_total(findings)}。",
        *marks,
        "全部问题列在“校验结果”，点其中的单元格可跳到问题处，也可点“下一个问题”逐条改正。",
        "改正后再点一次“录入校验”，标记随之更新。",
    ]


def tidy_lines(changes: Iterable[Rewriting]) -> Iterator[str]:
    """Yield one line for each change; a column that has lost its date format is one."""
    columns: dict[tuple[str, str], list[Rewriting]] = {}
    for change in changes:
        if change.whole_column:
            columns.setdefault((change.key, change.letter), []).append(change)
        else:
            yield change.sentence
    for listed in columns.values():
        first = listed[0]
        yield (
            f"{first.sheet}!{first.letter}列 {len(listed)} 个单元格失去日期格式："
            f"“{as_typed(first.before)}” → “{first.reading}”等"
        )


def tidy_total(count: int) -> str:
    """Return how many cells are to be written otherwise."""
    return f"有 {count} 个单元格格式不规范但含义明确。" if count else "没有需要规范的内容。"


def numbers_lines(ledger: Ledger, updates: Iterable[SheetUpdate]) -> Iterator[str]:
    """Yield the IDs that are filled in on each sheet, from the first to the last."""
    from validators.sheets import model_for  # noqa: PLC0415 - few sentences need the models

    for update in updates:
        table = ledger.table(model_for(update.key))
        tab = update.tab or next(part.sheet for part in table.parts if part.key == update.key)
        ids = [str(code) for code in update.cells.values()]
        through = f"{ids[0]} 至 {ids[-1]}" if len(ids) > 1 else ids[0]
        yield f"{tab} {len(ids)} 行：{through}"


# --- sending ---


def errors_total(count: int) -> str:
    """Return how many errors a ledger has that is to be sent, and what they mean."""
    return f"台账中还有 {count} 条错误，所在的行上级汇总时不计入："


def submission_sentences(out: Path, day: date, tidied: int, formulas: FormulaValues) -> list[str]:
    """Return what was sent: where the copy is, and what is different in it."""
    sentences = [f"上报的台账：{out}", f"填报时间已填 {day.isoformat()}。"]
    if tidied:
        sentences.append(f"已规范 {tidied} 个单元格。")
    if formulas.cells:
        sentences.append(f"已将 {formulas.cells} 个单元格的公式转为数值。")
    if formulas.left:
        sentences.append(
            f"{len(formulas.left)} 处公式未算出结果，仍是公式：{some(formulas.left)}。"
        )
    return sentences


# --- pairing ---


def pair_line(pair: Suggestion) -> str:
    """Return one suggested pair with its score and its reason."""
    score = f"{100 * pair.total:.1f} 分"
    return (
        f"{pair.mentee_id} {pair.mentee_name} ← {pair.mentor_id} {pair.mentor_name}　"
        f"{score}　{pair.reason}"
    )


def suggestion_remarks(plan: Suggestions) -> Iterator[str]:
    """Yield whom nobody can help, what to mind, and what moved since the draft before."""
    for mentee in plan.unmatched:
        yield f"{mentee.mentee_id} {mentee.mentee_name}：{mentee.reason}"
    for warning in plan.warnings:
        yield f"注意：{warning}"
    if plan.follows_draft:
        for change in plan.changes:
            yield change.sentence


def suggestions_total(plan: Suggestions) -> str:
    """Return how many wait, how many pairs are suggested, and how good the plan is."""
    waiting = len({pair.mentee_id for pair in plan.pairs}) + len(plan.unmatched)
    if not waiting:
        nobody = "没有可安排的对象" if plan.left_out else "没有待结对的对象"
        return f"{nobody}，没有新的建议：{plan.idle}。"
    proof = "已证明为最优方案" if plan.gap == 0 else f"与最优方案的差距不超过 {plan.gap:.2%}"
    return (
        f"待结对 {waiting} 名（个），建议 {len(plan.pairs)} 对，"
        f"{len(plan.unmatched)} 名（个）无可用导师；{proof}。"
    )


def confirmation_lines(refused: Iterable[str], notes: Iterable[str]) -> Iterator[str]:
    """Yield what did not become a pairing and why, then what else changed."""
    for line in refused:
        yield f"未结对：{line}"
    yield from notes


def confirmation_total(pairings: int, duties: int) -> str:
    """Return how many pairings and duties there are now."""
    return f"已确认结对 {pairings} 对，生成职责 {duties} 条。"


def ending_total(prepared: int, changes: int) -> str:
    """Return how many rows of 期满考核 are prepared, and how much follows from those filled in."""
    if not (prepared or changes):
        return "没有需准备的期满考核，也没有需随考核更新的内容。"
    return f"“期满考核”准备 {prepared} 行，按已填的考核更新 {changes} 处。"


def certificates_total(count: int, out: Path | None) -> str:
    """Return how many certificates of completion were written, and where."""
    if not count:
        return "没有需打印的证书。"
    where = f"已保存到：{out}" if out else "未保存。"
    return f"出师证书、期满证书 {count} 份，{where}"


# --- decisions and records ---


def decisions_total(count: int) -> str:
    """Return how many cells follow from decisions that are typed elsewhere."""
    return f"按已登记的决定，有 {count} 处状态、日期等应随之更新："


def decisions_end(count: int, *, agreed: bool) -> str:
    """Return whether what follows from decisions was written."""
    if agreed:
        return f"已按登记的决定更新 {count} 处。"
    return f"以上 {count} 处未更新；需一并更新的，请加 --apply-decisions。"


def duties_total(reports: Iterable[DutyReport]) -> list[str]:
    """Return how many entries count for no duty and for how many one is proposed; [] for none."""
    listed = list(reports)
    unnamed = sum(len(report.unnamed) for report in listed)
    proposed = sum(len(report.proposals) for report in listed)
    if not unnamed:
        return []
    advice = f"其中 {proposed} 条有职责编号建议，请核对后点“采纳职责建议”" if proposed else ""
    told = advice or "没有可推荐的职责"
    return [f"工作日志有 {unnamed} 条未填职责编号，不计入职责完成次数；{told}。"]


def update_total(result: UpdateResult) -> str:
    """Return how many ledgers were brought up to date, and how many IDs were filled in."""
    written = sum(not copy.problem for copy in result.copies)
    accepted = f"采纳职责编号建议 {result.accepted} 条，" if result.accepted else ""
    return f"已更新 {written} 份台账，{accepted}补全编号 {result.ids} 个。"


def update_places(result: UpdateResult) -> Iterator[str]:
    """Yield where the ledgers are that were brought up to date, and where their earlier versions."""
    if result.out:
        yield written_copy(result.out)
        return
    from workbooks.backups import KEPT  # noqa: PLC0415 - what writes files is slow to import

    backups = [copy.backup for copy in result.copies if copy.backup]
    folders = sorted({str(backup.parent) for backup in backups})
    where = str(backups[0]) if len(backups) == 1 else some(folders)
    if backups:
        yield f"更新前的台账已存入：{where}　每份台账保留最近 {KEPT} 份备份。"


def flag_title(flag: Flag) -> str:
    """Return who is flagged, how gravely, and by whom helped."""
    mentors = "、".join(flag.mentor_names) or "未结对"
    return f"[{flag.level}] {flag.score} 分　{flag.mentee_id} {flag.mentee_name}（导师：{mentors}）"


def flag_lines(flag: Flag) -> Iterator[str]:
    """Yield one flagged mentee with the facts and what to do."""
    yield flag_title(flag)
    for hit in flag.hits:
        yield f"    {hit.shown()}：{hit.facts}"
    yield f"    建议：{flag.measure}"


def flags_total(result: FlagsResult) -> str:
    """Return how many are flagged at each level, and how many entries look odd."""
    counts = Counter(flag.level for flag in result.flags)
    levels = "、".join(f"{level} {counts[level]} 名（个）" for level in Alert)
    return (
        f"预警：{levels}；内容雷同的日志 {len(result.copied)} 条，"
        f"其他记录质量提示 {len(result.hints)} 条。"
    )


def award_line(award: Award) -> str:
    """Return one judged mentor."""
    row = award.as_row()
    return (
        f"{row['shortlisted']}　{row['mentor_id']} {row['mentor_name']}　"
        f"{row['total']} 分　{row['basis']}"
    )


def award_lines(award: Award) -> Iterator[str]:
    """Yield one judged mentor with the hard conditions that are not met."""
    yield award_line(award)
    for condition in award.conditions:
        if not condition.met:
            yield f"      {condition}"
    if award.place and award.place.tied:
        yield f"      {award.place}"


def awards_total(awards: Sequence[Award], year: int) -> str:
    """Return how many mentors were judged for a year and how many are on the shortlist."""
    shortlisted = sum(award.shortlisted for award in awards)
    tied = sum(award.outcome is Shortlisted.TIED for award in awards)
    undecided = f"，名额末位并列 {tied} 名待集体研究" if tied else ""
    return (
        f"{year} 年度参评导师 {len(awards)} 名，入围 {shortlisted} 名{undecided}；"
        "名额按县（区）计，以县级汇总为准。"
    )


def pool_line(change: Adjustment) -> str:
    """Return one suggested change of the pool."""
    return f"{change.change}　{change.participant_id} {change.name}　{'；'.join(change.reasons)}"


def pool_total(changes: Sequence[Adjustment]) -> str:
    """Return how many changes of each kind are suggested."""
    counts = Counter(change.change for change in changes)
    kinds = "，".join(f"{kind} {count} 人" for kind, count in counts.items())
    return f"导师库调整建议 {len(changes)} 条" + (f"：{kinds}。" if kinds else "。")


def cards_remarks(result: CardsResult) -> Iterator[str]:
    """Yield whose cards could not be made."""
    if result.left_out:
        yield (
            f"{len(result.left_out)} 名（个）对象未生成档案卡，台账该行有错误或编号重复，"
            f"请校验改正后重新生成：{some(result.left_out)}"
        )


# --- consolidation ---


def consolidation_lines(result: ConsolidateResult) -> Iterator[str]:
    """Yield what is wrong with files as such: unreadable, not read, twice there, of another county."""
    for file, message, suggestion in result.told.on_files:
        yield f"{file}：{message}　→ {suggestion}"


def consolidation_totals(result: ConsolidateResult) -> tuple[str, str, str]:
    """Return how many units have reported, how many findings there are, and where it was written."""
    answer = result.told.answer
    states = Counter(unit["state"] for unit in answer["units"])
    counts = "，".join(f"{state} {count} 个" for state, count in states.most_common())
    levels = {level: answer["findings"][level.value] for level in Level}
    return (
        f"{result.scope.name}填报情况：{counts}。",
        f"{_levels_total(levels)}，明细见“问题清单”。",
        f"已汇总：{result.out}",
    )


def edited_lines() -> Iterator[str]:
    """Yield, once, where a generated workbook that somebody had changed is kept since."""
    from workbooks.backups import edited_copies  # noqa: PLC0415 - what writes files is slow to import

    for backup in edited_copies():
        yield f"原文件有人改动过，已存入：{backup}，改动的内容不带入新文件。"


# --- between a superior and the townships ---


def return_lines(result: ReturnResult) -> Iterator[str]:
    """Yield the sentence for each township's group, and why a file was not returned."""
    for each in result.files:
        if each.message:
            yield each.message
        elif each.problem:
            yield f"{each.file} 未退回：{each.problem}"
        yield from (f"{each.file}：{remark}" for remark in each.remarks)


def change_line(change: Change) -> str:
    """Return one change: where, what, from what to what."""
    where = "　".join(filter(None, [change.place, change.sheet, change.key, change.heading]))
    told = change.old or change.new
    if change.kind == "修改":
        told = f"{change.old or '（空）'} → {change.new or '（空）'}"
    return f"[{change.kind}] {where}：{told}"


def changes_total(comparison: Comparison) -> Iterator[str]:
    """Yield how many changes of each kind there are, and whose rows are not listed."""
    counts = Counter(change.kind for change in comparison.changes)
    told = "，".join(f"{kind} {count} 处" for kind, count in counts.items())
    yield f"{told}。" if told else "没有变动。"
    for places, when in ((comparison.only_new, "原"), (comparison.only_old, "现")):
        if places:
            yield f"{when}文件中没有下列单位，不列变动：{some(places)}。"


# --- formulas ---


def conversion_sentences(count: int, left: Sequence[str]) -> list[str]:
    """Return how many cells hold values now, and which formulas show no result and stay."""
    sentences = [f"已将 {count} 个单元格的公式转为数值。"] if count else []
    if not (count or left):
        return ["没有需要转换的公式。"]
    if left:
        places = "、".join(left[:8]) + (f"等 {len(left)} 处" if len(left) > 8 else "")
        sentences += [f"{len(left)} 处公式未算出结果，未转换：{places}。", "请重新计算后再点一次。"]
    return sentences


# --- importing ---


def import_lines(ledger: LedgerImport) -> Iterator[str]:
    """Yield what was imported into one ledger, and where it is."""
    if ledger.plan is None:
        yield f"■ {ledger.unit}　未生成：{ledger.problem}"
        return
    yield f"■ {ledger.unit}　{ledger.out}"
    yield from (f"  {line}" for line in import_account(ledger.plan))
    if ledger.backup:
        yield f"  导入前的台账备份在：{ledger.backup}"


def import_account(plan: ImportPlan, *, has_result: bool = True) -> Iterator[str]:
    """Yield what an import adds, and where all rows and cells of the sources went.

    Args:
        plan: The import.
        has_result: Whether the ledger has the sheet 导入结果; those of older templates lack it.
    """
    yield plan.said[0]
    for what, counts in (("行", plan.placement.rows()), ("个单元格", plan.placement.cells())):
        listed = "，".join(
            f"{fate} {count}" for fate, count in sorted(counts.items(), key=_by_fate)
        )
        yield f"来源 {counts.total()} {what}：{listed or '没有内容'}。"
    yield from plan.said[1:]
    if has_result:
        yield "每一行、每一单元格的去向见台账的“导入结果”表。"
    else:
        yield "本台账为旧版模板，没有“导入结果”表；需查看每一单元格的去向，请先用 bangdai update 换用新版。"


def _by_fate(item: tuple[Fate, int]) -> int:
    return [*type(item[0])].index(item[0])


def import_end(result: ImportResult) -> Iterator[str]:
    """Yield where 导入对照 is, and what to do with it."""
    if result.mapping is None:
        return
    if result.asked:
        written = [one.out for one in result.ledgers if one.plan]
        into = written[0] if len(written) == 1 else "各单位的台账"
        yield f"有 {result.asked} 列请确认：{result.mapping}"
        yield f"确认并保存后，将同一命令中的 --out 改为 --into {into}，再执行一次。"
    else:
        yield f"各列的去向：{result.mapping}。以后导入标题相同的文件，均按此处理。"


def pdf_line(pdf: Path | None) -> str:
    """Return where a report's PDF is, or how to get one if there is none."""
    if pdf:
        return f"可打印的 PDF：{pdf}"
    return "本机没有可用的 LibreOffice，未生成 PDF；请用 Excel 或 WPS 打开报告，另存为 PDF。"
