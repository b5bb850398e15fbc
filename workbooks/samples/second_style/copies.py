"""Copies of the second style: names swapped and a word changed, entries held in longer ones, merged."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

from validators.divisions import villages
from workbooks.samples.log_entries import Draft, copy_facts
from workbooks.samples.second_style.diary import Diary
from workbooks.samples.second_style.sentences import Sentences
from workbooks.samples.world import ASPECTS, Entry, People, World

_SHARE = 0.015
_BETWEEN = "。"


def plant_copies(world: World, diary: Diary, neighbour: str) -> None:
    """Copy about 1.5 % of the entries; a quarter of the copies come from `neighbour`."""
    copies = max(5, round(len(diary.entries) * _SHARE))
    foreign = max(1, copies // 4)
    free = diary.single()
    world.rng.shuffle(free)
    for number in range(min(foreign, len(free))):
        entry = free.pop()
        _say(diary, entry, _shared(world.seed, world.unit.unit_code, number))
        diary.shared[number] = str(entry.values["log_id"])
    for number in range(min(foreign, len(free)) if neighbour else 0):
        entry = free.pop()
        draft = _renamed(diary, _shared(world.seed, neighbour, number), entry)
        _say(diary, entry, draft)
        diary.copied.append(copy_facts(entry, "cross-township", neighbour, None, number))
    for number in range(copies - foreign):
        if len(free) >= 3:
            kind, copy = list(_KINDS.items())[number % len(_KINDS)]
            copy(diary, kind, [free.pop() for _ in range(3)])


def _shared(seed: int, unit_code: str, number: int) -> Draft:
    """Return shared text `number` of a township: the same wherever it is asked for."""
    rng = random.Random(f"second/{seed}/{unit_code}/{number}")
    people = People(rng, 0)
    texts = Sentences(rng, villages(unit_code), people.villager, rng.randrange(65))
    return texts.telling(rng.choice(ASPECTS), people.villager(), people.villager())


def _say(diary: Diary, entry: Entry, draft: Draft | str) -> None:
    entry.values["content"] = draft if isinstance(draft, str) else draft.text()
    entry.locked = True


def _retell(diary: Diary, entry: Entry, sentences: int = 3) -> Draft:
    """Give an entry a text of so many sentences."""
    draft = diary.sentences.telling(str(entry.values["aspect"]), *_names(diary, entry), sentences)
    _say(diary, entry, draft)
    return draft


def _names(diary: Diary, entry: Entry) -> tuple[str, str]:
    pairing = diary.pairings_of[entry][0]
    return pairing.mentor_name, pairing.mentee.name


def _renamed(diary: Diary, draft: Draft, entry: Entry) -> Draft:
    return diary.texts.renamed(draft, *_names(diary, entry))


def _settle(diary: Diary, kind: str, copy: Entry, text: str, *sources: Entry) -> None:
    """Let an entry be a copy of those before it; entries of one day are left as they are."""
    _say(diary, copy, text)
    for source in sources:
        unit, log_id = diary.world.unit.unit_code, str(source.values["log_id"])
        diary.copied.append(copy_facts(copy, kind, unit, log_id, -1))


Copy = Callable[[Diary, str, list[Entry]], None]

_KINDS: dict[str, Copy] = {}


def _kind(name: str, sentences: int = 3) -> Callable[[Callable[[Diary, Draft, Entry], str]], None]:
    """Register how the text of a copy is made of its source's draft and the entry that copies."""

    def register(text: Callable[[Diary, Draft, Entry], str]) -> None:
        def copy(diary: Diary, kind: str, entries: list[Entry]) -> None:
            source, later = sorted(entries, key=_place)[:: len(entries) - 1]
            if source.values["date"] != later.values["date"]:
                draft = _retell(diary, source, sentences)
                _settle(diary, kind, later, text(diary, draft, later), source)

        _KINDS[name] = copy

    return register


def _place(entry: Entry) -> tuple[object, str]:
    return entry.values["date"], str(entry.values["log_id"])


@_kind("exact", 1)
def _exact(_diary: Diary, draft: Draft, _entry: Entry) -> str:
    return draft.text()


@_kind("name-and-word", 2)
def _name_and_word(diary: Diary, draft: Draft, entry: Entry) -> str:
    return _renamed(diary, diary.sentences.reworded(draft), entry).text()


@_kind("clause-added")
def _clause_added(diary: Diary, draft: Draft, entry: Entry) -> str:
    clause = diary.sentences.clause(*_names(diary, entry))
    return f"{_renamed(diary, draft, entry).text()}{clause}{_BETWEEN}"


@_kind("contained", 2)
def _contained(diary: Diary, draft: Draft, entry: Entry) -> str:
    more = diary.sentences.draft(str(entry.values["aspect"]), *_names(diary, entry))
    return f"{more.text()}{_renamed(diary, draft, entry).text()}"


@_kind("sentence-dropped")
def _sentence_dropped(diary: Diary, draft: Draft, entry: Entry) -> str:
    sentences = _renamed(diary, draft, entry).text().split(_BETWEEN)[:-1]
    del sentences[diary.world.rng.randrange(len(sentences))]
    return _BETWEEN.join(sentences) + _BETWEEN


def _merged(diary: Diary, kind: str, entries: list[Entry]) -> None:
    *sources, later = sorted(entries, key=_place)
    if any(a.values["date"] == b.values["date"] for a, b in pairwise((*sources, later))):
        return
    drafts = [_retell(diary, source) for source in sources]
    text = "".join(_renamed(diary, draft, later).text() for draft in drafts)
    _settle(diary, kind, later, text, *sources)


_KINDS["merged"] = _merged
