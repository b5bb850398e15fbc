"""Map the columns of a table to fields: by heading, by content and by what stands beside them.

Every column gets candidates, each with a score from 0 to 1: what its heading means, what its cells
are, of whom it speaks. A field is given once, to the column with the best claim. A column is
certain where its claim is strong, its cells fit and nothing else comes near; all others are asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from rapidfuzz import fuzz, process

from addin.domain.imports import content as cells
from addin.domain.imports.content import Content
from addin.domain.imports.entries import entry_keys
from addin.domain.imports.readings import is_person
from addin.domain.imports.register import REFERENCES
from addin.domain.imports.subjects import OTHER_SIDE, PERSONS, Subject, names_somebody, subject_of
from validators.columns import Fill, Kind
from validators.sheets import columns_by_field, model_for
from validators.sources import words
from validators.sources.labels import Label, Use, key, label_of, plain_heading, vocabulary
from validators.sources.mapping import (
    NOT_IMPORTED,
    ColumnMapping,
    KnownNames,
    Scale,
    Split,
    TableMapping,
    Target,
)
from validators.sources.tables import TAB_HEADING, Layout, SourceTable

_CERTAIN = 0.85
_AHEAD = 0.08
_EXACT, _PERSON, _OTHER_SHEET, _ALIKE, _BY_CONTENT = 0.97, 0.95, 0.6, 0.8, 0.7
_LIKENESS, _SURE_LIKENESS = 76, 92

REMARKS: dict[str, Target] = {
    "mentor": Target("mentor", "remark"),
    "individual": Target("individual", "remark"),
    "organisation": Target("organisation", "remark"),
    "pairing": Target("pairing", "remark"),
    "log": Target("log", "content"),
    "assessment": Target("assessment", "comment"),
}
"""The field that takes what has no field of its own, with its heading; a duty has none."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One field that a column may feed.

    Attributes:
        column: The column's index.
        target: The field.
        score: How likely, from 0 to 1.
        why: In words.
        split: How its cells are made up.
        scale: How its values become the field's.
        asks: Whether it is asked however likely it is.
        many: Whether other columns may feed the field, too.
    """

    column: int
    target: Target
    score: float
    why: str
    split: Split = Split.NONE
    scale: Scale = Scale.NONE
    asks: bool = False
    many: bool = False


def map_table(table: SourceTable, known: KnownNames | None = None) -> TableMapping:
    """Return where the columns of a table go."""
    known = known or KnownNames()
    labels = [label_of(column.heading) for column in table.columns]
    contents = [Content.of(column.cells) for column in table.columns]
    subject = subject_of(table, labels, contents, known)
    reading = Reading(table, labels, contents, subject, known)
    claims = [claim for at in range(len(labels)) for claim in reading.claims(at)]
    return TableMapping(table, tuple(_with_blanks(table, [*_assigned(reading, claims)])))


def _assigned(reading: Reading, claims: list[Claim]) -> Iterator[ColumnMapping]:
    """Yield the mapping of each column; a field goes to the column with the best claim."""
    taken: dict[Target, int] = {}
    given: dict[int, Claim] = {}
    for claim in sorted(claims, key=lambda c: (-c.score, c.column)):
        free = claim.many or claim.target == NOT_IMPORTED or claim.target not in taken
        if claim.column not in given and free:
            given[claim.column] = claim
            if not claim.many:
                taken[claim.target] = claim.column
    for at in range(len(reading.labels)):
        own = sorted((c for c in claims if c.column == at), key=lambda c: -c.score)
        yield _mapping(reading, at, given.get(at), own)


def _mapping(reading: Reading, at: int, claim: Claim | None, own: list[Claim]) -> ColumnMapping:
    others = tuple(
        dict.fromkeys(c.target for c in own if claim is None or c.target != claim.target)
    )
    if claim is None:
        why = "没有对应的列，内容可填入“备注”"
        return ColumnMapping(reading.remark(at), 0.3, certain=False, why=why, others=others)
    rivals = (c.score for c in own if c.target not in (claim.target, NOT_IMPORTED))
    ahead = claim.score - max(rivals, default=0.0)
    certain = (
        not claim.asks
        and reading.table.layout is not Layout.TEXT
        and claim.score >= _CERTAIN
        and (ahead >= _AHEAD or (claim is own[0] and ahead >= 0.04))
    )
    return ColumnMapping(
        claim.target, round(claim.score, 2), certain, claim.split, claim.scale, claim.why, others
    )  # fmt: skip


def _with_blanks(table: SourceTable, columns: list[ColumnMapping]) -> Iterator[ColumnMapping]:
    """Yield the mappings; of names whose blanks may mean the name above, that they do.

    In a list of pairs that is certain where all rows with a blank say when they were paired.
    """
    filled = np.array([np.frombuffer(c.cells.codes, np.intc) >= 0 for c in table.columns])
    sides = [_SIDES.get(c.target.sheet, "") if is_person(c.target) else "" for c in columns]
    names = [at for at, side in enumerate(sides) if side]
    entries = bool(entry_keys(columns, table.layout))
    for at, where in enumerate(columns):
        others = [name for name in names if sides[name] != sides[at]]
        village = where.target.field == "village" and any(name > at for name in names)
        blank = ~filled[at] & filled[at].cumsum().astype(bool)
        if not blank.any() or not (sides[at] or village) or _is_repeated(table, at):
            yield where
            continue
        said = [
            i for i, c in enumerate(columns) if c.target.sheet == where.target.sheet and i != at
        ]
        meant = blank & (filled[names] if village else filled[others]).any(axis=0)
        if entries:
            meant = np.zeros_like(blank) if meant.any() else blank
        dates = [i for i, c in enumerate(columns) if c.target.sheet == "pairing"]
        dated = filled[dates][:, meant].any(axis=0)
        about = not village and filled[said][:, blank].any()
        if about or not meant.any() or (dates and not village and not dated.any()):
            yield where
            continue
        sure = where.certain and not entries and not village and bool(dated.all())
        count = int(meant.sum())
        why = f"有 {count} 个空白单元格，与上一行不同的请清空“拆分/换算”"
        yield replace(where, split=Split.ABOVE, certain=sure, why=why)


def _is_repeated(table: SourceTable, at: int) -> bool:
    """Tell whether equal cells stand below each other: then a blank does not mean the one above."""
    codes = table.columns[at].cells.codes
    return any(
        below == above >= 0 and (record, at) not in table.shared
        for record, (above, below) in enumerate(pairwise(codes), 1)
    )


_SIDES = {"mentor": "mentor", "individual": "mentee", "organisation": "mentee"}


@dataclass(slots=True)
class Reading:
    """What is known of a table while its columns are mapped."""

    table: SourceTable
    labels: list[Label | None]
    contents: list[Content]
    subject: Subject
    known: KnownNames

    def remark(self, at: int) -> Target:
        """Return the field that takes a column without one."""
        role = self.subject.roles[at] if self.subject.stated[at] else ""
        return REMARKS.get(role or self.subject.sheet, NOT_IMPORTED)

    def claims(self, at: int) -> Iterator[Claim]:
        """Yield the fields that a column may feed."""
        label, content = self.labels[at], self.contents[at]
        if content.share(cells.is_id_number) > 0.3 or (label and label.use is Use.ID_NUMBER):
            yield Claim(at, NOT_IMPORTED, 1.0, "身份证号不导入")
            return
        if self.table.columns[at].heading == TAB_HEADING:
            yield from self._of_tab(at)
            return
        if self.subject.sheet in PERSONS and content.share(cells.is_role) == 1:
            yield Claim(at, NOT_IMPORTED, 0.95, "只说明是导师还是对象，不导入")
            return
        if self._is_month(at):
            yield Claim(
                at, Target("log", "content"), 0.95, "按月填写，缺具体日期", asks=True, many=True
            )
            return
        if label is None and self._counts_rows(at):
            yield Claim(at, NOT_IMPORTED, 0.95, "是行号，不导入")
            return
        if label is None:
            yield from self._alike(at)
            yield from self._by_content(at)
            yield Claim(at, self.remark(at), 0.45, "没有对应的列，填入“备注”", many=True)
            return
        yield from self._by_label(at, label)

    # --- by heading ---

    def _by_label(self, at: int, label: Label) -> Iterator[Claim]:
        if label.use is Use.SERIAL:
            yield Claim(at, NOT_IMPORTED, 1.0, "序号不导入")
        elif self._numbers_rows(at, label):
            yield Claim(at, NOT_IMPORTED, 0.95, "是行号，不导入")
        elif label.use is Use.ATTACHMENT:
            yield Claim(at, NOT_IMPORTED, 1.0, "照片、附件只列出，不导入")
        elif label.use is Use.SYSTEM:
            yield from self._of_system(at)
        elif self._is_total(at):
            yield Claim(at, NOT_IMPORTED, 0.95, "由各项得分计算，不导入")
        elif label.use in {Use.REMARK, Use.LONE, Use.MONTH}:
            asks = label.unsure or label.use is not Use.REMARK or self._is_log
            why = "台账没有该列，填入“备注”"
            yield Claim(at, self.remark(at), 0.9, why, asks=asks, many=True)
            if label.unsure:
                yield from self._by_content(at)
        else:
            claims = [
                self._checked(Claim(at, target, score, "标题相同", label.split), label)
                for target, score in self._meant(at, label)
            ]
            if any(_is_computed(claim.target) for claim in claims):
                yield Claim(at, NOT_IMPORTED, 0.98, "由工作日志计算，不导入")
                return
            yield from (replace(c, many=c.many or c.target == self.remark(at)) for c in claims)
            sheets = {c.target.sheet for c in claims}
            rare = sheets <= {"completion", "conversion"} and self.subject.sheet not in sheets
            if rare or (self.subject.sheet in (*PERSONS, "pairing") and sheets <= {*REFERENCES}):
                yield from self._of_other_table(at)

    def _of_other_table(self, at: int) -> Iterator[Claim]:
        """Yield where a column goes whose heading means a field of another kind of table."""
        listed = [claim for claim in self._by_content(at) if not claim.asks]
        yield from (replace(claim, score=0.92) for claim in listed)
        if not listed:
            why = "该表没有该列，填入“备注”"
            yield Claim(at, self.remark(at), 0.9, why, asks=self._is_log, many=True)

    def _counts_rows(self, at: int) -> bool:
        """Tell whether the first column counts the records."""
        column = self.table.columns[at].cells
        codes = [code for code in column.codes if code >= 0]
        if at or len(codes) < 2 or len(set(codes)) < len(codes):
            return False
        numbers = [cells.number_of(column.values[code]) for code in codes]
        start = numbers[0] or 0
        return all(number == start + place for place, number in enumerate(numbers))

    def _numbers_rows(self, at: int, label: Label) -> bool:
        """Tell whether a column called 编号 holds plain numbers."""
        named = label.targets and all(target.field.endswith("_id") for target in label.targets)
        return bool(named) and self.contents[at].share(cells.is_count) == 1

    @property
    def _names_mentors(self) -> bool:
        """Whether the table says whose contacts its records are."""
        named = {target for label in self.labels if label for target in label.targets}
        return "mentor" in self.subject.roles or Target("log", "pairing_ids") in named

    def _is_total(self, at: int) -> bool:
        """Tell whether a column adds up the scores of an assessment."""
        totals = set(map(key, words.TOTALS.split()))
        return self.subject.sheet == "assessment" and key(self.table.columns[at].heading) in totals

    @property
    def _is_log(self) -> bool:
        return REMARKS.get(self.subject.sheet, NOT_IMPORTED).field != "remark"

    def _meant(self, at: int, label: Label) -> Iterator[tuple[Target, float]]:
        """Yield the fields a heading means in this table, with the score."""
        role, main = self.subject.roles[at], self.subject.sheet
        sure = self.subject.sure or self.subject.stated[at]
        own = tuple(target for target in label.targets if target.sheet == main)
        for target in own if own and main not in PERSONS else label.targets:
            target_, score = _named(target), _EXACT
            if target.sheet in PERSONS and role and target.sheet != role:
                continue
            if target_ == target and target.sheet not in (main, "unit", role):
                score = self._of_other_sheet(label, target)
            elif target.sheet == main or not sure:
                score = _EXACT if sure else _CERTAIN - 0.1
            yield target_, score
        if label.person == "remark":
            yield self.remark(at), _PERSON
        elif label.person:
            yield from self._of_person(role, label, sure=sure)

    def _of_other_sheet(self, label: Label, target: Target) -> float:
        """Return how likely a heading means a field of a sheet that the table is not about."""
        sides = {_SIDES.get(role, "") for role in self.subject.roles}
        paired = target.sheet == "pairing" and {"mentor", "mentee"} <= sides
        named = target.sheet in self.subject.roles and self.subject.sheet not in PERSONS
        named = named or paired
        return _EXACT - 0.05 if named and len(label.targets) == 1 else _OTHER_SHEET

    def _of_person(self, role: str, label: Label, *, sure: bool) -> Iterator[tuple[Target, float]]:
        main = self.subject.sheet
        sheets = [role] if role else list(PERSONS)
        if label.person == "village" and not role and "individual" in self.subject.roles:
            yield Target("individual", "village"), 0.9  # a mentee's, in a table of pairs
            return
        if main == "assessment" and label.person in columns_by_field(model_for(main)):
            yield Target(main, label.person), _EXACT
            return
        for sheet in sheets:
            if label.person in columns_by_field(model_for(sheet)):
                told = _PERSON if sure or self.subject.sure else _CERTAIN - 0.1
                yield Target(sheet, label.person), told if role else _OTHER_SHEET

    def _checked(self, claim: Claim, label: Label) -> Claim:
        """Return a claim with what the column's cells say of it."""
        content, target = self.contents[claim.column], claim.target
        if target == NOT_IMPORTED:
            return claim
        claim = self._split(claim)
        if label.option:
            return replace(claim, scale=Scale.OPTION, asks=True, many=True, why="选项列")
        if target == Target("log", "recorder") and not self._names_mentors:
            return replace(claim, asks=True, why="没有导师列，填写人可能是导师")
        if content.is_empty:
            return claim
        if scale := self._scale(claim.column, target, label):
            return replace(claim, scale=scale, asks=True, why="需要换算")
        return self._fitted(claim, label)

    def _fitted(self, claim: Claim, label: Label) -> Claim:
        """Return a claim, a weaker one where the column's cells are no cells of the field."""
        content, target = self.contents[claim.column], claim.target
        column = columns_by_field(model_for(target.sheet))[target.field]
        fit = content.fit(target) if claim.split is Split.NONE else None
        if fit is None or fit >= 0.6:
            return claim
        listed = column.choices and content.share(cells.is_person) < 0.5
        if listed and self._says_heading(label, target):
            return replace(claim, score=claim.score - 0.04)
        return replace(claim, score=claim.score - 0.35, why="标题相同，内容不符")

    def _says_heading(self, label: Label, target: Target) -> bool:
        """Tell whether a heading means this list of words and nothing else."""
        return len(label.targets) <= 1 and target.field not in {"form", "method"}

    def _split(self, claim: Claim) -> Claim:
        content, target = self.contents[claim.column], claim.target
        if claim.split is not Split.NONE or content.is_empty:
            return claim
        if target.field == "name" and target.sheet in {"mentor", "individual"}:
            if content.share(cells.is_person_with_phone) > 0.5:
                return replace(claim, split=Split.NAME_AND_PHONE)
            if any(map(cells.are_people, content.cells)):
                return replace(claim, split=Split.NAMES)
        if target.field == "born":
            aged = content.share(cells.is_birth_with_age) > 0.3
            return replace(claim, split=Split.AGE_OR_BIRTH) if aged else claim
        return self._split_words(claim)

    def _split_words(self, claim: Claim) -> Claim:
        content, target = self.contents[claim.column], claim.target
        if target.field in {"employer", "post"} and content.share(cells.is_unit_and_post) > 0.7:
            other = "post" if target.field == "employer" else "employer"
            if not self._has(target.sheet, other, claim.column):
                return replace(claim, split=Split.UNIT_AND_POST, asks=True)
        column = columns_by_field(model_for(target.sheet))[target.field]
        if column.choices and any(map(cells.has_several, content.cells)):
            single = column.strict
            return replace(claim, split=Split.CHOICES, asks=single)
        return claim

    def _has(self, sheet: str, person: str, but: int) -> bool:
        return any(
            label is not None
            and at != but
            and label.person == person
            and self.subject.roles[at] == sheet
            for at, label in enumerate(self.labels)
        )

    def _scale(self, at: int, target: Target, label: Label) -> Scale:
        """Return how a column in another unit becomes the field's, NONE where it is in its own."""
        content = self.contents[at]
        column = columns_by_field(model_for(target.sheet))[target.field]
        if target == Target("organisation", "income"):
            in_yuan = label.unit == "元" or (not label.unit and content.share(cells.is_large) > 0.5)
            return Scale.YUAN if in_yuan else Scale.NONE
        if target == Target("log", "hours"):
            return Scale.MINUTES if label.unit in {"分钟", "分"} else Scale.NONE
        if column.kind is Kind.INTEGER and target.field in (*words.ASPECTS, "satisfaction"):
            if content.share(cells.is_points) > 0.5 or label.unit == "百分制":
                return Scale.HUNDRED
            return Scale.WORDS if content.share(cells.is_grade) > 0.5 else Scale.NONE
        return Scale.NONE

    # --- by what is like a heading, and by content ---

    def _alike(self, at: int) -> Iterator[Claim]:
        """Yield the fields whose words are like a heading that is not known."""
        plain = plain_heading(self.table.columns[at].heading)[0]
        if len(plain) < 2:
            return
        near = process.extract(
            plain, vocabulary(), scorer=fuzz.ratio, limit=3, score_cutoff=_LIKENESS
        )
        for word, likeness, _ in near:
            label = label_of(word)
            if label is None or label.use is not Use.FIELD:
                continue
            for target, score in self._meant(at, label):
                claim = Claim(at, target, score * _ALIKE * likeness / 100, "标题相近", label.split)
                claim = self._checked(claim, label)
                fit = self.contents[at].fit(target)
                if fit is not None and fit > 0.9:
                    claim = replace(claim, score=min(0.9, claim.score + 0.2))
                # 结对起始时间 and 结对终止时间 are alike, too.
                yield replace(claim, asks=likeness < _SURE_LIKENESS)

    def _by_content(self, at: int) -> Iterator[Claim]:
        """Yield the fields that hold what the cells of a column are."""
        content = self.contents[at]
        if content.is_empty:
            return
        role = self.subject.roles[at] or (
            self.subject.sheet if self.subject.sheet in PERSONS else self._role_before(at)
        )
        for sheet in dict.fromkeys((role, self.subject.sheet)):
            if not sheet:
                continue
            for field, column in columns_by_field(model_for(sheet)).items():
                if column.fill is not Fill.CLERK or not _is_telling(sheet, field):
                    continue
                fit = content.fit(Target(sheet, field)) or 0.0
                if fit >= 0.9:
                    closed = bool(column.choices) and content.n_records > 1
                    score, why = (
                        (0.88 if closed else _BY_CONTENT) * fit,
                        f"内容均为{column.heading}",
                    )
                    yield Claim(at, Target(sheet, field), score, why, asks=not closed)
        if content.share(cells.is_link) > 0.5:
            yield Claim(at, NOT_IMPORTED, 0.9, "链接只列出，不导入")

    def _role_before(self, at: int) -> str:
        """Return of whom the columns before one speak."""
        return next((role for role in reversed(self.subject.roles[:at]) if role), "")

    # --- columns of services, tabs and months ---

    def _of_system(self, at: int) -> Iterator[Claim]:
        """Yield what becomes of a column that a form service adds."""
        plain = key(self.table.columns[at].heading)
        field = {"log": "date", "assessment": "assessed_on"}.get(self.subject.sheet)
        day = Target(self.subject.sheet, field or "")
        dated = any(label is not None and day in label.targets for label in self.labels)
        people = self.contents[at].share(cells.is_person) > 0.6
        if field and not dated and plain in set(map(key, words.SUBMITTED_AT.split())):
            yield Claim(at, day, 0.8, "没有日期列，采用提交时间", asks=True)
        elif people and field and not self._names_mentors:
            mentor, why = Target("mentor", "name"), "没有导师列，提交人可能是导师"
            yield Claim(at, mentor, 0.8, why, asks=True)
        else:
            yield Claim(at, NOT_IMPORTED, 0.95, "收集表自带的列，不导入")

    def _of_tab(self, at: int) -> Iterator[Claim]:
        """Yield what the tabs' names are: villages, people, or nothing of the ledger."""
        content, main = self.contents[at], self.subject.sheet
        sheet = main if main in PERSONS else "individual"
        persons = {label.person for label in self.labels if label is not None}
        if content.share(cells.is_village) > 0.9 and "village" not in persons:
            yield Claim(at, Target(sheet, "village"), 0.9, "工作表名均为村名")
            return
        usual = content.share(cells.is_person) >= 0.5
        people = content.share(cells.is_like_a_name) > 0.9 and (usual or main not in PERSONS)
        if people and not self._are_named(content):
            named = {
                role
                for role, own in zip(self.subject.roles, self.labels, strict=True)
                if names_somebody(own)
            }
            sides = {"mentor", "individual"} - named if main not in PERSONS else {main} - named
            asks = len(sides) > 1 or not usual
            if main in PERSONS and not sides:  # a tab of mentees for each mentor
                sides = {OTHER_SIDE[main]}
                asks = not usual or not self._says_role(content, OTHER_SIDE[main])
            for side in sides:
                yield Claim(at, Target(side, "name"), 0.9, "工作表名均为人名", asks=asks)
            yield Claim(at, NOT_IMPORTED, 0.6, "工作表名，不导入", asks=True)
            return
        yield Claim(at, NOT_IMPORTED, 0.95, "工作表名，不导入")

    def _says_role(self, content: Content, side: str) -> bool:
        """Tell whether the people of the tabs are known, or called mentors in the title."""
        known = self.known.mentors if side == "mentor" else self.known.individuals
        first = re.escape(str(content.cells[0]))
        called = re.compile(rf"导师(?:姓名)?[:：]?\s*{first}|{first}(?:同志)?[(（]?导师")
        near = side == "mentor" and called.search(self.table.title)
        return bool(near) or content.share_in(known) > 0.9

    def _are_named(self, content: Content) -> bool:
        """Tell whether the people of one column stand in another one, too."""
        people = [str(cell) for cell in content.cells]
        return any(
            names_somebody(label) and other.share_in(people) > 0.9
            for label, other in zip(self.labels, self.contents, strict=True)
        )

    def _is_month(self, at: int) -> bool:
        """Tell whether a column is a month of a matrix."""
        if self.table.layout is not Layout.MATRIX:
            return False
        column = self.table.columns[at]
        named = [label_of(part) for part in (column.heading, column.group) if part]
        return any(label is not None and label.use is Use.MONTH for label in named)


def _named(target: Target) -> Target:
    """Return a name that a ledger looks up as the name of the person itself."""
    if target.field == "mentor_name":
        return Target("mentor", "name")
    if target.field == "mentee_name":
        return Target("individual", "name")
    return target


def _is_computed(target: Target) -> bool:
    """Tell whether a field is worked out from other sheets."""
    if target == NOT_IMPORTED:
        return False
    return columns_by_field(model_for(target.sheet))[target.field].fill is Fill.COMPUTED


_TELLING = frozenset({"phone", "born", "village", "name", "date", "secretary"})


def _is_telling(sheet: str, field: str) -> bool:
    """Tell whether cells alone can show that a column feeds a field."""
    column = columns_by_field(model_for(sheet))[field]
    return bool(column.choices) or field in _TELLING
