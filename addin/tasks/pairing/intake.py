"""A ledger's rows as pools: who may help, whom to help, and what is known of single pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from addin.tasks.pairing.draft import DraftRow, draft_of, links_of
from addin.tasks.pairing.people import Bar, Exclusion, Links, Mentees, Mentors, Pool, number_of
from addin.tasks.pairing.scores import CATEGORY_FIELDS, specialty_mask
from validators.ledger import Ledger, Table
from validators.rules.mentors import VETERANS
from validators.rules.people import years_between
from validators.rules.relations import running
from validators.settings import Settings
from validators.sheets import IndividualRow, MentorRow, OrganisationRow
from validators.sheets.aspects import ASPECT_FIELDS
from validators.vocabulary import (
    MenteeCategory,
    MenteeStatus,
    MentorStatus,
    OrganisationStatus,
)

__all__ = ["Intake", "take_in"]

_BARS = {MentorStatus.ACTIVE: Bar.NONE, MentorStatus.PAUSED: Bar.PAUSED}
_WAITING = {MenteeStatus.UNPAIRED, OrganisationStatus.UNPAIRED}
_HELPED = {MenteeStatus.PAIRED, OrganisationStatus.PAIRED}


@dataclass(frozen=True, slots=True)
class Intake:
    """What a ledger gives the pairing.

    Attributes:
        pools: The pool of individuals and the pool of organisations.
        draft: The rows of 结对建议 by (mentor ID, mentee ID).
        served: (ID, name, file) of waiting mentees who already have all the mentors they need.
        running: (mentor ID, mentee ID) of the running pairings that stay.
        reopened: Those that are decided anew.
        warnings: What was left out, in sentences.
    """

    pools: tuple[Pool, Pool]
    draft: dict[tuple[str, str], DraftRow]
    served: tuple[tuple[str, str, str], ...]
    running: tuple[tuple[str, str], ...]
    reopened: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def take_in(ledger: Ledger, settings: Settings, as_of: date, *, reopen: bool = False) -> Intake:
    """Read what pairing needs.

    Args:
        ledger: A ledger after validation, of one workbook or many.
        settings: Limits and what counts as weak.
        as_of: The day appointments and terms in office are judged by.
        reopen: Whether mentees with running pairings are paired anew.
    """
    reading = _Reading(ledger, settings, as_of, reopen)
    individuals, organisations = reading.pool(IndividualRow), reading.pool(OrganisationRow)
    return Intake(
        (individuals, organisations),
        reading.draft,
        tuple(reading.served),
        tuple(sorted(reading.stays)),
        tuple(sorted(reading.reopened)),
        tuple(reading.warnings),
    )


class _Reading:
    """One pass over a ledger."""

    def __init__(self, ledger: Ledger, settings: Settings, as_of: date, reopen: bool) -> None:
        self.ledger, self.settings, self.as_of = ledger, settings, as_of
        self.places: dict[tuple[str, str], int] = {}
        self.served: list[tuple[str, str, str]] = []
        self.warnings: list[str] = []
        self.mentors = self._taken(MentorRow)
        self.wanted = _WAITING | _HELPED if reopen else _WAITING
        self.mentees = {model: self._waiting(model) for model in (IndividualRow, OrganisationRow)}
        again = {row["id"] for rows in self.mentees.values() for row in rows} if reopen else set()
        pairs = {(mentor, mentee) for _, mentor, mentee in running(ledger)}
        self.reopened = {pair for pair in pairs if pair[1] in again}
        self.stays = pairs - self.reopened
        self.draft, unread = draft_of(ledger)
        if unread:
            self.warnings.append(
                f"结对建议表有 {unread} 行有错误，没有采用，请按校验结果改正后重新生成"
            )

    def pool(self, model: Any) -> Pool:
        """Return the pool of one kind of mentee."""
        organisations, rows = model is OrganisationRow, self.mentees[model]
        links = links_of(self.mentors, rows, self.draft, stays=self.stays, reopened=self.reopened)
        mentors = self._mentors(organisations)
        # A pair to be kept is paired even where nobody else is wanted; the solver allows for it.
        kept = links.fixed & (links.exclusion == Exclusion.NONE) & mentors.usable[links.mentor]
        need = self._need(rows, organisations)
        need[links.mentee[kept]] = np.maximum(need[links.mentee[kept]], 1)
        short = np.flatnonzero(need > 0)
        self.served += [
            (row["id"], row["name"] or "", row["file"])
            for row, wanted in zip(rows, need, strict=True)
            if wanted <= 0
        ]
        mentees = self._mentees([rows[at] for at in short], need[short])
        links = _renumbered(links, short)
        return Pool(organisations, mentors, mentees, links, self.settings)

    def _taken(self, model: Any) -> list[dict[str, Any]]:
        """Return the accepted rows whose ID stands once, in ID order."""
        table = self.ledger.table(model)
        accepted = table.accepted()
        known = sorted((number_of(code), at) for code, at in table.by_single_id.items() if code)
        return [_row(table, at) for _, at in known if accepted[at]]

    def _waiting(self, model: Any) -> list[dict[str, Any]]:
        rows = [row for row in self._taken(model) if row["status"] in self.wanted]
        statuses = self.ledger.table(model).column("status")
        left_out = sum(status in self.wanted for status in statuses) - len(rows)
        if left_out:
            self.warnings.append(
                f"{model.sheet.name}表有 {left_out} 个对象没有编号、编号重复或所在行有错误，"
                "没有参加结对，请先补全编号并按校验结果改正"
            )
        return rows

    def _need(self, rows: list[dict[str, Any]], organisations: bool) -> Any:
        settings = self.settings
        most = settings.mentors_per_individual
        if organisations:
            most = settings.mentors_per_organisation
        busy = Counter(mentee for _, mentee in self.stays)
        return _whole(
            min(max(1, row["mentors_needed"] or 1), max(1, most)) - busy[row["id"]] for row in rows
        )

    def _mentors(self, organisations: bool) -> Mentors:
        rows, settings = self.mentors, self.settings
        prefix = "Z" if organisations else "G"
        load = Counter(mentor for mentor, mentee in self.stays if mentee.startswith(prefix))
        usual, most = settings.load_warning, settings.load_limit
        if organisations:
            usual = most = settings.organisation_load_limit
        own = [None if organisations else row["capacity"] for row in rows]
        return Mentors(
            veteran=np.array([row["category"] in VETERANS for row in rows], np.bool_),
            bar=_whole(self._bar(row) for row in rows),
            load=_whole(load[row["id"]] for row in rows),
            soft=_whole(min(usual if places is None else places, most) for places in own),
            hard=_whole(min(most if places is None else places, most) for places in own),
            specialties=_whole(specialty_mask(row["specialties"]) for row in rows),
            **self._people(rows),
        )

    def _bar(self, row: dict[str, Any]) -> Bar:
        bar = _BARS.get(row["status"], Bar.LEFT)
        until = row["appointed_until"]
        return Bar.EXPIRED if bar is Bar.NONE and until and until < self.as_of else bar

    def _mentees(self, rows: list[dict[str, Any]], need: Any) -> Mentees:
        return Mentees(
            files=[row["file"] for row in rows],
            specialties=_whole(
                specialty_mask(row.get("specialties") or CATEGORY_FIELDS.get(row["category"]))
                for row in rows
            ),
            newcomer=np.array([self._is_new(row) for row in rows], np.bool_),
            need=need,
            **self._people(rows),
        )

    def _is_new(self, row: dict[str, Any]) -> bool:
        since = row.get("in_post_since")
        recent = since and 0 <= years_between(since, self.as_of) < self.settings.newcomer_years
        return row["category"] is MenteeCategory.NEW_LEADER or bool(recent)

    def _people(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        scores = [[row[aspect] or 0 for aspect in ASPECT_FIELDS] for row in rows]
        return {
            "ids": [row["id"] for row in rows],
            "names": [row["name"] or "" for row in rows],
            "code": _whole(number_of(row["id"]) for row in rows),
            "place": _whole(self._place(row["id"], row["village"]) for row in rows),
            "villages": [row["village"] or "" for row in rows],
            "scores": np.array(scores, np.int64).reshape(-1, len(ASPECT_FIELDS)),
        }

    def _place(self, code: str, village: str | None) -> int:
        if not village:
            return 0
        named = self.settings.village_aliases.get(village, village)
        return self.places.setdefault((code.rpartition("-")[0][1:], named), len(self.places) + 1)


def _renumbered(links: Links, mentees: Any) -> Links:
    """Return the links of some mentees, numbered among these."""
    kept = links.picked(np.isin(links.mentee, mentees))
    return replace(kept, mentee=np.searchsorted(mentees, kept.mentee))


def _row(table: Table[Any], at: int) -> dict[str, Any]:
    row = {name: table.column(name)[at] for name in table.model.model_fields}
    return {**row, "id": row[table.model.sheet.id_field], "file": table.locate(at)[0].file}


def _whole(values: Iterable[int]) -> Any:
    return np.array(list(values), np.int64)
