"""An independent reading of the rules: the planted errors are there, and nothing else is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from validators.columns import Fill
from validators.divisions import children, villages
from validators.sheets import SHEETS, columns_by_field, model_for
from workbooks.samples.delivery import Order, chosen_units, make_world
from workbooks.samples.world import Entry, World

AS_OF = date(2026, 6, 17)
Found = tuple[int, str, str]


def _world(position: int, *, rate: float, rows: int = 500, as_of: date = AS_OF) -> World:
    codes = [unit.code for unit in chosen_units(65)]
    order = Order(codes[position], codes[position - 1], position, 7, as_of, rows, rate)
    return make_world(order)[0]


class _Plain:
    """Rows by sheet; a cell with a cell error counts as unreadable."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.own = world.unit.unit_code
        self.ids = {
            sheet: {e.values.get(model_for(sheet).sheet.id_field) for e in world.of(sheet)}
            for sheet in ("mentor", "individual", "organisation", "pairing", "duty", "exchange")
        }
        self.mentors = {e.values["mentor_id"]: e for e in world.of("mentor")}
        self.mentees = {
            e.values["mentee_id"]: e for s in ("individual", "organisation") for e in world.of(s)
        }
        self.pairings = {e.values["pairing_id"]: e for e in world.of("pairing")}
        self.running = [e for e in world.of("pairing") if self.get(e, "status") == "帮带中"]

    def get(self, entry: Entry, name: str) -> Any:
        return None if name in entry.typed else entry.values.get(name)

    def found(self) -> set[Found]:
        found: set[Found] = set()
        for rule in (
            self._ids, self._future, self._people, self._mentors, self._mentee_states,
            self._pairings, self._modes, self._duties, self._logs, self._assessments,
            self._conversions, self._completions, self._others,
        ):  # fmt: skip
            found |= {(id(e), name, code) for e, name, code in rule() if name not in e.typed}
        return found

    def _ids(self) -> Iterator[tuple[Entry, str, str]]:
        for sheet, rows in self.world.rows.items():
            name = model_for(sheet).sheet.id_field
            counts = Counter(self.get(e, name) for e in rows if name)
            for e in rows if name else ():
                value = self.get(e, name)
                if value and counts[value] > 1:
                    yield e, name, f"{sheet}.id.duplicate"
                if value and self.own not in value:
                    yield e, name, f"{sheet}.id.foreign"

    def _future(self) -> Iterator[tuple[Entry, str, str]]:
        for sheet, rows in self.world.rows.items():
            past = [c.field for c in columns_by_field(model_for(sheet)).values() if c.past]
            for e in rows:
                for name in past:
                    if self.get(e, name) and self.get(e, name) > self.world.as_of:
                        yield e, name, f"{sheet}.{name}.future"

    def _people(self) -> Iterator[tuple[Entry, str, str]]:
        local = set(villages(self.own))
        for sheet in ("mentor", "individual"):
            keys = {
                e: tuple(self.get(e, n) for n in ("name", "gender", "born"))
                for e in self.world.of(sheet)
            }
            counts = Counter(keys.values())
            for e, key in keys.items():
                if None not in key and counts[key] > 1:
                    yield e, "name", f"{sheet}.person.duplicate"
                born = self.get(e, "born")
                if born and not 18 <= (self.world.as_of - born).days / 365.25 <= 80:
                    yield e, "born", f"{sheet}.born.implausible"
        for sheet in ("mentor", "individual", "organisation"):
            for e in self.world.of(sheet):
                if self.get(e, "village") and self.get(e, "village") not in local:
                    yield e, "village", f"{sheet}.village.unknown"

    def _mentors(self) -> Iterator[tuple[Entry, str, str]]:
        load = Counter(
            self.get(p, "mentor_id") for p in self.running if p.values["mentee_id"][0] == "G"
        )
        for e in self.world.of("mentor"):
            on, until = self.get(e, "appointed_on"), self.get(e, "appointed_until")
            since, born = self.get(e, "grassroots_since"), self.get(e, "born")
            if on and until and until < on:
                yield e, "appointed_until", "mentor.appointment.order"
            elif until and until < self.world.as_of and e.values["status"] == "在库":
                yield e, "appointed_until", "mentor.appointment.expired"
            elif until and any(
                until < (self.get(p, "until") or until)
                for p in self.running
                if self.get(p, "mentor_id") == e.values["mentor_id"]
            ):
                yield e, "appointed_until", "mentor.appointment.short"
            if since and born and since < born.replace(year=born.year + 15):
                yield e, "grassroots_since", "mentor.grassroots.order"
            veteran = e.values["category"][0] == "老"
            if since and veteran and (self.world.as_of - since).days < 5 * 365:
                yield e, "category", "mentor.category.experience"
            if e.values["status"] != "在库" and not e.values.get("status_since"):
                yield e, "status_since", "mentor.status.undated"
            count = load[e.values["mentor_id"]]
            if min(3, self.get(e, "capacity") or 3) < count <= 5:
                yield e, "mentor_id", "mentor.load.high"
            if count > 5:
                for p in self.running:
                    if p.values["mentor_id"] == e.values["mentor_id"]:
                        yield p, "mentor_id", "mentor.load.exceeded"

    def _mentee_states(self) -> Iterator[tuple[Entry, str, str]]:
        paired = {self.get(p, "mentee_id") for p in self.running}
        steps = sorted(
            (e for e in self.world.of("conversion") if self.get(e, "date")),
            key=lambda e: e.values["date"],
        )
        latest = {self.get(e, "mentee_id"): self.get(e, "to_stage") for e in steps}
        for sheet in ("individual", "organisation"):
            for e in self.world.of(sheet):
                status, code = self.get(e, "status"), e.values["mentee_id"]
                if status == "帮带中" and code not in paired:
                    yield e, "status", f"{sheet}.status.unpaired"
                if status == "待结对" and code in paired:
                    yield e, "status", f"{sheet}.status.paired"
                stage = latest.get(code)
                if stage and self.get(e, "stage") != stage:
                    yield e, "stage", "individual.stage.mismatch"
                since, born = self.get(e, "in_post_since"), self.get(e, "born")
                if since and born and since < born.replace(year=born.year + 15):
                    yield e, "in_post_since", "individual.in_post.order"
        names = Counter(
            (e.values["name"], e.values["village"]) for e in self.world.of("organisation")
        )
        for e in self.world.of("organisation"):
            v = e.values
            if v.get("votes_against", 0) > v.get("votes", 0):
                yield e, "votes_against", "organisation.votes.order"
            if v.get("closed_on") and (
                v.get("inspection_score", 0) < 70 or v["votes_against"] > v["votes"] / 2
            ):
                yield e, "closed_on", "organisation.closed.condition"
            if v["status"] == "已销号" and not v.get("closed_on"):
                yield e, "closed_on", "organisation.closed.undated"
            if names[v["name"], v["village"]] > 1:
                yield e, "name", "organisation.name.duplicate"

    def _pairings(self) -> Iterator[tuple[Entry, str, str]]:
        pairs = Counter((p.values["mentor_id"], p.values["mentee_id"]) for p in self.running)
        helpers = defaultdict(set)
        for p in self.running:
            helpers[p.values["mentee_id"]].add(p.values["mentor_id"])
        for e in self.world.of("pairing"):
            v = e.values
            running = v["status"] == "帮带中"
            mentor, mentee = self.mentors.get(v["mentor_id"]), self.mentees.get(v["mentee_id"])
            if not mentor and self.own in v["mentor_id"]:
                yield e, "mentor_id", "pairing.mentor.unknown"
            if not mentee:
                yield e, "mentee_id", "pairing.mentee.unknown"
            closed = mentee and mentee.values.get("closed_on")
            if (
                running
                and mentee
                and (closed or self.get(mentee, "status") in {"期满出师", "退出", "已销号"})
            ):
                yield e, "status", "pairing.mentee.finished"
            if running and pairs[v["mentor_id"], v["mentee_id"]] > 1:
                yield e, "mentee_id", "pairing.pair.duplicate"
            if running and len(helpers[v["mentee_id"]]) > 3:
                yield e, "mentee_id", "pairing.mentee.crowded"
            yield from self._period(e)
            if v["status"] == "终止" and not v.get("end_reason"):
                yield e, "end_reason", "pairing.reason.missing"
            if mentor:
                m = mentor.values
                if running and m["status"] != "在库":
                    yield e, "mentor_id", "pairing.mentor.inactive"
                on, paired = self.get(mentor, "appointed_on"), self.get(e, "paired_on")
                if paired and on and paired < on:
                    yield e, "paired_on", "pairing.mentor.term"
                if mentee and any(
                    who in m.get("avoid", "") for who in (v["mentee_id"], mentee.values["name"])
                ):
                    yield e, "mentor_id", "pairing.mentor.avoided"
                same = ("name", "gender", "born")
                if mentee and [m.get(n) for n in same] == [mentee.values.get(n) for n in same]:
                    yield e, "mentee_id", "pairing.self"

    def _period(self, e: Entry) -> Iterator[tuple[Entry, str, str]]:
        first, until = self.get(e, "paired_on"), self.get(e, "until")
        mentee = self.mentees.get(e.values["mentee_id"])
        chosen = mentee and self.get(mentee, "chosen_on")
        if first and chosen and first < chosen:
            yield e, "paired_on", "pairing.paired.early"
        if not first or not until:
            return
        if until <= first:
            yield e, "until", "pairing.period.order"
        elif not 30 <= (until - first).days <= 36 * 30.5:
            yield e, "until", "pairing.period.length"
        if self.get(e, "status") == "帮带中" and until < self.world.as_of:
            yield e, "status", "pairing.status.expired"
        pause, end = self.get(e, "paused_from"), self.get(e, "paused_to")
        if pause and end and end < pause:
            yield e, "paused_to", "pairing.pause.order"
        if pause and not first <= pause <= until:
            yield e, "paused_from", "pairing.pause.outside"

    def _modes(self) -> Iterator[tuple[Entry, str, str]]:
        mentors = Counter((p.values["mentor_id"], p.values["mentee_id"][0]) for p in self.running)
        mentees = Counter(p.values["mentee_id"] for p in self.running)
        for e in self.running:
            mentor = self.mentors.get(e.values["mentor_id"])
            if not mentor or not self.get(e, "mode"):
                continue
            theirs = mentors[e.values["mentor_id"], e.values["mentee_id"][0]]
            ours = mentees[e.values["mentee_id"]]
            sides = {
                mentor.values.get("village"),
                self.mentees[e.values["mentee_id"]].values.get("village"),
            }
            fits = {
                "一对一": theirs == 1 and ours == 1,
                "一对多": ours == 1,  # the mentor may have further mentees elsewhere
                "多对一": ours >= 2,
                "多对多·小团队": ours >= 2,
                "组团帮": ours >= 2,
                "跨村带": None not in sides and len(sides) == 2,
            }
            if not fits[e.values["mode"]]:
                yield e, "mode", "pairing.mode.mismatch"

    def _duties(self) -> Iterator[tuple[Entry, str, str]]:
        for e in self.world.of("duty"):
            starts, due = self.get(e, "starts_on"), self.get(e, "due_on")
            pairing = self.pairings.get(e.values["pairing_id"])
            if not pairing:
                yield e, "pairing_id", "duty.pairing.unknown"
                continue
            if starts and due and due < starts:
                yield e, "due_on", "duty.period.order"
            elif due and due > pairing.values["until"]:
                yield e, "due_on", "duty.period.outside"
            elif starts and starts < pairing.values["paired_on"]:
                yield e, "starts_on", "duty.period.outside"

    def _logs(self) -> Iterator[tuple[Entry, str, str]]:
        owner = {e.values["duty_id"]: e.values["pairing_id"] for e in self.world.of("duty")}
        twins = Counter(
            (v["date"], v["pairing_ids"], v["content"])
            for v in (e.values for e in self.world.of("log"))
        )
        for e in self.world.of("log"):
            day, codes = self.get(e, "date"), self.get(e, "pairing_ids") or ()
            known = [self.pairings[c] for c in codes if c in self.pairings]
            if len(known) < len(codes):
                yield e, "pairing_ids", "log.pairing.unknown"
            duties = self.get(e, "duty_ids") or ()
            if any(duty not in owner for duty in duties):
                yield e, "duty_ids", "log.duty.unknown"
            elif codes and any(owner[duty] not in codes for duty in duties):
                yield e, "duty_ids", "log.duty.mismatch"
            if day and day <= self.world.as_of and known:
                if not any(p.values["paired_on"] <= day <= p.values["until"] for p in known):
                    yield e, "date", "log.date.outside"
                elif all("paused_from" in p.values
                         and p.values["paused_from"] <= day <= p.values["paused_to"]
                         for p in known):  # fmt: skip
                    yield e, "date", "log.date.paused"
            if twins[e.values["date"], e.values["pairing_ids"], e.values["content"]] > 1:
                yield e, "content", "log.row.duplicate"

    def _assessments(self) -> Iterator[tuple[Entry, str, str]]:
        rows = self.world.of("assessment")
        days = Counter((self.get(e, "mentee_id"), self.get(e, "assessed_on")) for e in rows)
        for e in rows:
            code, day, signed = (self.get(e, n) for n in ("mentee_id", "assessed_on", "signed_on"))
            if code and code not in self.mentees:
                yield e, "mentee_id", "assessment.mentee.unknown"
            if code and day and days[code, day] > 1:
                yield e, "assessed_on", "assessment.day.duplicate"
            if signed and day and signed < day:
                yield e, "signed_on", "assessment.signed.early"

    def _conversions(self) -> Iterator[tuple[Entry, str, str]]:
        before: dict[str, str] = {}
        dated = [e for e in self.world.of("conversion") if self.get(e, "date")]
        for e in sorted(dated, key=lambda e: e.values["date"]):
            code, old, new = (self.get(e, n) for n in ("mentee_id", "from_stage", "to_stage"))
            if code not in self.mentees:
                yield e, "mentee_id", "conversion.mentee.unknown"
            if old == new:
                yield e, "to_stage", "conversion.stage.same"
            elif code in before and before[code] != old:
                yield e, "from_stage", "conversion.stage.chain"
            before[code] = new

    def _completions(self) -> Iterator[tuple[Entry, str, str]]:
        counts = Counter(e.values["pairing_id"] for e in self.world.of("completion"))
        for e in self.world.of("completion"):
            score, rating = self.get(e, "score"), self.get(e, "rating")
            if e.values["pairing_id"] not in self.pairings:
                yield e, "pairing_id", "completion.pairing.unknown"
            if counts[e.values["pairing_id"]] > 1:
                yield e, "pairing_id", "completion.pairing.duplicate"
            right = score and ("优秀" if score >= 90 else "合格" if score >= 70 else "不合格")
            if score and rating and rating != right:
                yield e, "rating", "completion.rating.mismatch"
            if rating == "不合格" and e.values["conclusion"] == "出师":
                yield e, "conclusion", "completion.conclusion.mismatch"

    def _others(self) -> Iterator[tuple[Entry, str, str]]:
        for e in self.world.of("misconduct"):
            code = self.get(e, "participant_id")
            if code and code not in self.mentors and code not in self.mentees:
                yield e, "participant_id", "misconduct.participant.unknown"
        for e in self.world.of("exchange"):
            reply = self.get(e, "reply_to")
            if reply and reply not in self.ids["exchange"]:
                yield e, "reply_to", "exchange.reply.unknown"
            if self.get(e, "kind") == "答复" and not reply:
                yield e, "reply_to", "exchange.reply.missing"
        for e in self.world.of("setting"):
            if e.values["name"] == "免计时段" and e.values.get("value"):
                yield e, "value", "setting.exempt.months"
        siblings = {c.code: c.name for c in children()[self.own[:6]]}
        for e in self.world.of("unit"):
            if e.values["township"] != siblings[self.own]:
                yield e, "township", "unit.name.mismatch"


def _planted(world: World) -> set[Found]:
    return {(id(c.entry), c.field, c.code) for c in world.cited if c.field not in c.entry.typed}


def _shown(world: World, found: set[Found]) -> list[tuple[str, str, Any]]:
    rows = {id(e): e for entries in world.rows.values() for e in entries}
    return [(code, name, rows[key].values) for key, name, code in sorted(found)]


@pytest.mark.parametrize("position", [0, 3, 9, 31])
def test_a_ledger_without_planted_errors_breaks_no_rule(position: int) -> None:
    world = _world(position, rate=0.0)

    found = _Plain(world).found()

    assert _shown(world, found - _planted(world)) == []
    # a township that exempts a whole month by itself is told of, errors or not
    assert {c.code for c in world.cited} == ({"setting.exempt.months"} if world.exempt else set())


@pytest.mark.parametrize("position", range(0, 65, 4))
def test_planted_errors_are_all_found_and_touch_no_other_cell(position: int) -> None:
    world = _world(position, rate=0.06)

    found, planted = _Plain(world).found(), _planted(world)

    assert _shown(world, found - planted) == []
    assert _shown(world, planted - found) == []


def test_every_required_cell_of_a_clean_ledger_is_filled() -> None:
    world = _world(0, rate=0.0)

    blanks = [
        (model.sheet.key, name)
        for model in SHEETS
        for entry in world.of(model.sheet.key)
        for name, column in columns_by_field(model).items()
        if column.required and column.fill is Fill.CLERK and name not in entry.values
    ]

    assert blanks == []


def test_every_kind_of_error_is_planted_at_least_five_times_in_the_whole_city() -> None:
    kinds: Counter[str] = Counter()
    codes: set[str] = set()
    for position in range(65):
        cited = _world(position, rate=0.06, rows=600).cited
        for kind, code in {(c.kind, c.code): 0 for c in cited}:
            kinds[kind] += 1
            codes.add(code)

    assert {kind: n for kind, n in kinds.items() if n < 5} == {}
    assert len(kinds) >= 40
    assert len(codes) >= 45


def test_the_last_year_of_records_lies_before_the_as_of_date() -> None:
    world = _world(0, rate=0.0)

    days = [entry.values["date"] for entry in world.of("log")]

    assert AS_OF - timedelta(days=366) < min(days)
    assert max(days) <= AS_OF
