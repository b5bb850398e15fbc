"""Tell what a table is about, and of whom each of its columns speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from addin.domain.imports.content import Content, is_person
from validators.normalise import squeeze
from validators.sources.labels import Label, Use, role_of, roles_in
from validators.sources.mapping import KnownNames, Target
from validators.sources.tables import TAB_HEADING, Layout, SourceTable

PERSONS = ("mentor", "individual", "organisation")

_TITLES: dict[str, tuple[re.Pattern[str], float]] = {
    "log": (re.compile(r"日志|纪实|工作记录|帮带记录|活动记录|走访记录|记录表|记录台账|记录簿|收集"), 2.0),
    "assessment": (re.compile(r"评价|测评|评分|考评|评议|评估|打分"), 2.0),
    "duty": (re.compile(r"职责|责任清单|任务清单|任务分解|目标任务"), 2.0),
    "completion": (re.compile(r"期满考核|期满鉴定|期满考评|出师考核"), 2.5),
    "conversion": (re.compile(r"培养转化|转化(?:台账|登记|情况|名单|人员)|两个带头人"), 2.5),
    "pairing": (re.compile(r"结对|师徒|帮带名册|帮带花名册|帮带台账|帮带关系|一览表|一对一"), 1.2),
    "organisation": (re.compile(r"软弱涣散|后进党组织|党组织|集体经济薄弱|整顿"), 1.5),
    "mentor": (re.compile(r"导师(?:库|名册|花名册|信息|登记|推荐|基本|一览|台账|聘任|申报|名单)|金牌导师|优秀导师|聘书|证书"), 1.5),
    "individual": (re.compile(r"对象(?:名册|花名册|信息|登记|基本|一览|台账|名单|摸底)|帮带人员|培养人员|帮扶人员|(?:村|乡村|年轻|青年|新任|新进|后备|新录用)干部|致富带头人|学员|徒弟|跟班|选调生"), 1.5),
}  # fmt: skip
_WEIGHTS: dict[Target, float] = {
    Target("log", "content"): 2.0, Target("log", "date"): 1.2, Target("log", "form"): 0.8,
    Target("log", "method"): 0.7, Target("log", "role"): 1.0, Target("log", "place"): 0.8,
    Target("log", "hours"): 1.0, Target("log", "problem"): 0.5, Target("log", "next_step"): 1.0,
    Target("log", "recorder"): 0.6, Target("log", "aspect"): 0.7, Target("log", "log_id"): 1.0,
    Target("assessment", "assessed_on"): 2.0, Target("assessment", "satisfaction"): 1.0,
    Target("assessment", "comment"): 1.0, Target("assessment", "assessor"): 1.0,
    Target("assessment", "channel"): 1.0, Target("assessment", "signed_on"): 1.0,
    Target("duty", "item"): 2.0, Target("duty", "side"): 1.0, Target("duty", "target"): 1.5,
    Target("duty", "due_on"): 0.7, Target("duty", "progress"): 0.5, Target("duty", "starts_on"): 0.5,
    Target("completion", "assessed_on"): 1.5, Target("completion", "conclusion"): 1.5,
    Target("completion", "rating"): 1.0, Target("completion", "score"): 1.0,
    Target("conversion", "date"): 1.5, Target("conversion", "from_stage"): 1.5,
    Target("conversion", "to_stage"): 1.5, Target("conversion", "document"): 0.7,
    Target("organisation", "name"): 1.5, Target("organisation", "secretary"): 1.5,
    Target("organisation", "members"): 1.5, Target("organisation", "category"): 0.8,
    Target("organisation", "measures"): 0.8, Target("organisation", "measures_due"): 0.3,
    Target("organisation", "income"): 1.0,
    Target("pairing", "paired_on"): 1.5, Target("pairing", "until"): 1.0, Target("pairing", "mode"): 1.0,
    Target("pairing", "path"): 1.0, Target("pairing", "ceremony_on"): 1.0,
    Target("mentor", "certificate"): 1.5, Target("mentor", "appointed_on"): 1.0,
    Target("mentor", "appointed_until"): 1.0, Target("mentor", "category"): 0.9,
    Target("mentor", "capacity"): 1.0, Target("mentor", "grassroots_since"): 1.0,
    Target("individual", "category"): 0.9, Target("individual", "weakness"): 1.2,
    Target("individual", "in_post_since"): 0.8, Target("individual", "stage"): 1.0,
    Target("individual", "post_traits"): 1.0, Target("individual", "chosen_on"): 0.5,
    Target("individual", "mentors_needed"): 0.8,
}  # fmt: skip
_ASPECTS = ("conviction", "competence", "organisation", "conduct", "industry", "governance")
OTHER_SIDE = {"mentor": "individual", "individual": "mentor", "organisation": "mentor"}
_MANY_MEANINGS = 3
_SURE = 1.0
"""By how much the likeliest subject must lead to be certain."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a table is about.

    Attributes:
        sheet: The sheet that a record of it becomes.
        sure: Whether nothing else comes near.
        roles: Of each column, the sheet of the person it speaks of; "" where it speaks of none.
        stated: Of each column, whether its heading or group says so itself.
    """

    sheet: str
    sure: bool
    roles: tuple[str, ...]
    stated: tuple[bool, ...]


def subject_of(
    table: SourceTable, labels: list[Label | None], contents: list[Content], known: KnownNames
) -> Subject:
    """Return what a table is about, from its headings, its title and whom it names."""
    stated = [_stated_role(table, at, label) for at, label in enumerate(labels)]
    scores = dict.fromkeys(_TITLES, 0.0)
    for sheet, points in _evidence(table, labels, stated):
        scores[sheet] += points
    for sheet, points in _by_people(labels, stated, contents, known):
        scores[sheet] += points
    ranked = sorted(scores, key=lambda sheet: -scores[sheet])
    main, second = ranked[:2]
    sure = scores[main] > 0 and scores[main] - scores[second] >= _SURE
    if main in PERSONS and second not in PERSONS and scores[main] >= _SURE:
        sure = True
    if main not in PERSONS and not _names_anybody(table, labels):
        sure = False  # 日期 and 内容 alone are no contact of anybody's
    roles = [*_running(main, labels, stated)]
    return Subject(main, sure, tuple(roles), tuple(map(bool, stated)))


def _names_anybody(table: SourceTable, labels: list[Label | None]) -> bool:
    """Tell whether records say of whom they are: by a name, an ID or their tab."""
    # 编号 may be the ID of any row.
    meant = ({target.field for target in label.targets} for label in labels if label)
    targets = {field for fields in meant if len(fields) < _MANY_MEANINGS for field in fields}
    return (
        any(map(names_somebody, labels))
        or bool(targets & {"pairing_ids", "pairing_id", "mentor_id", "mentee_id"})
        or table.columns[-1].heading == TAB_HEADING
    )


def _stated_role(table: SourceTable, at: int, label: Label | None) -> str:
    """Return of whom a heading or its group says that it speaks."""
    grouped = roles_in(table.columns[at].group)
    if len(grouped) == 1:
        return grouped.pop()
    return label.role if label else ""


def _evidence(
    table: SourceTable, labels: list[Label | None], stated: list[str]
) -> Iterator[tuple[str, float]]:
    title = squeeze(f"{PurePath(table.file).stem} {table.title}")
    for sheet, (pattern, points) in _TITLES.items():
        if pattern.search(title):
            yield sheet, points
    named = roles_in(title)
    if len(named) == 1:
        role = named.pop()
        # 导师 is part of the programme's name, so it may stand over a list of mentees, too.
        said = any(role_of(word) == (role, "") for word in table.title.split())
        yield role, 2.0 if said or role != "mentor" else 0.6
    elif {"mentor", "individual"} <= named:
        yield "pairing", 0.8
    names = {
        role for label, role in zip(labels, stated, strict=True) if role and names_somebody(label)
    }
    if "mentor" in names and names & {"individual", "organisation"}:
        yield "pairing", 3.0
        yield "log", 1.5
        yield "assessment", 0.5
        yield "duty", 0.5
    elif names:
        only = names.pop()
        others = [names_somebody(x) and not role for x, role in zip(labels, stated, strict=True)]
        over = {at for _, at in table.shared if stated[at] == only and names_somebody(labels[at])}
        # 姓名 below a line of its 导师, or beside it
        yield ("pairing" if any(others) else only), 3.0 if any(others) and over else 1.5
    elif len(spoken := {role for role in stated if role}) == 1:
        yield spoken.pop(), 1.5  # 导师类别 beside 姓名
    yield from _by_fields(labels, stated)
    if table.layout is Layout.MATRIX:
        yield "log", 6.0


def _by_fields(labels: list[Label | None], stated: list[str]) -> Iterator[tuple[str, float]]:
    aspects = 0
    for label, role in zip(labels, stated, strict=True):
        if label is None or label.use is not Use.FIELD:
            continue
        aspects += label.person in _ASPECTS
        for target in label.targets:
            if target.sheet == "unit":
                continue
            if not role or target.sheet == role or target.sheet not in PERSONS:
                yield (
                    target.sheet,
                    _WEIGHTS.get(target, 0.2) / len({t.sheet for t in label.targets}),
                )
        if label.person in {"gender", "ethnicity", "born", "politics"} and not role:
            yield "mentor", 0.5
            yield "individual", 0.5
    if aspects >= 3:
        yield "assessment", 2.0


def names_somebody(label: Label | None) -> bool:
    """Tell whether a heading is that of a column of names."""
    if label is None:
        return False
    return label.person == "name" or any(t.field in {"name", "mentor_name"} for t in label.targets)


def _by_people(
    labels: list[Label | None], stated: list[str], contents: list[Content], known: KnownNames
) -> Iterator[tuple[str, float]]:
    """Yield what the people that are known already speak for, and the words of categories."""
    both = any(role and names_somebody(label) for label, role in zip(labels, stated, strict=True))
    for label, role, content in zip(labels, stated, contents, strict=True):
        if label is None or label.use is not Use.FIELD or role or content.is_empty:
            continue
        if label.person == "name" and not both and content.share(is_person) > 0.5:
            for sheet, names in (("mentor", known.mentors), ("individual", known.individuals)):
                if content.share_in(names) > 0.5:
                    yield sheet, 1.5
        fields = {target.field for target in label.targets}
        if fields == {"category"}:
            for sheet in PERSONS:
                fit = content.fit(Target(sheet, "category")) or 0.0
                yield sheet, 2.0 * fit


def _running(main: str, labels: list[Label | None], stated: list[str]) -> Iterator[str]:
    """Yield the role of each column: where a heading is silent, that of the person before it.

    In a table about persons, that is them; where several are named, the fields after a name are
    that person's.
    """
    named = {
        role for label, role in zip(labels, stated, strict=True) if role and names_somebody(label)
    }
    role = main if main in PERSONS else "individual" if main == "conversion" else ""
    silent = [at for at, own in enumerate(stated) if not own and names_somebody(labels[at])]
    other = OTHER_SIDE.get(next(iter(named), "")) if len(named) == len(silent) == 1 else ""
    if other and main != other:  # 您的姓名 beside 帮带对象
        stated = [other if at == silent[0] else own for at, own in enumerate(stated)]
    for label, own in zip(labels, stated, strict=True):
        if own and names_somebody(label):
            role = own
        if main in PERSONS and len(named) < 2 and not own:
            yield main
        elif own:
            yield own
        elif label is not None and label.person and label.person != "remark":
            yield role
        else:
            yield ""
