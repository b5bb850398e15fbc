"""The content of the printed papers as plain data; no ledger is needed to write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from validators.vocabulary import Aspect, Mode, PairingPath, Rating, Side

FILE_KIND = "结对材料"
"""The kind in the workbook's properties; commands that want a ledger refuse it."""


@dataclass(frozen=True, slots=True)
class Person:
    """A mentor or a mentee.

    Args:
        name: The person's name; of an organisation its full name.
        post: Unit and post; of an organisation the name of its secretary. "" where unknown.
    """

    name: str
    post: str


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of a pairing's duty list."""

    side: Side
    item: str
    aspect: Aspect
    target: int
    due_on: date


@dataclass(frozen=True, slots=True)
class PairingPaper:
    """One pairing: a line of the ceremony list and an agreement.

    Args:
        pairing_id: 结对编号, printed as the agreement's number.
        mentor: The mentor.
        mentee: The person or the Party organisation that is helped.
        organisation: Whether the mentee is an organisation.
        mode: 结对方式.
        path: 帮带路径, None where none fits.
        paired_on: First day of the period.
        until: Last day of the period.
        ceremony_on: Day of the ceremony, None while it is open.
        weak: The mentee's weak aspects.
        duties: Both sides' duties; at most 12 or so leave the agreement on two pages.
    """

    pairing_id: str
    mentor: Person
    mentee: Person
    organisation: bool
    mode: Mode
    path: PairingPath | None
    paired_on: date
    until: date
    ceremony_on: date | None
    weak: tuple[Aspect, ...]
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Appointment:
    """One mentor's certificate; a blank `number` is proposed by `certificate_numbers`."""

    mentor_id: str
    name: str
    number: str
    appointed_on: date
    appointed_until: date


@dataclass(frozen=True, slots=True)
class CompletionCertificate:
    """What certifies a finished period: 出师证书 of an individual who graduates, else 期满证书.

    Args:
        pairing_id: 结对编号, printed as the certificate's number.
        mentee: The person's name, or the full name of the Party organisation.
        organisation: Whether the mentee is an organisation.
        mentor: The mentor's name.
        paired_on: First day of the period.
        until: Last day of the period.
        rating: 等次, 合格 or better.
        graduated: Whether it is an individual whose conclusion is 出师.
        issued_on: The day it is signed.
    """

    pairing_id: str
    mentee: str
    organisation: bool
    mentor: str
    paired_on: date
    until: date
    rating: Rating
    graduated: bool
    issued_on: date


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything one workbook of papers holds.

    Args:
        unit: Full name of the unit that issues the papers, as on its seal.
        year: The ledger's year.
        pairings: In the order they are printed.
        appointments: In the order they are printed.
        contacts_per_month: 每月联系次数 of 参数.
        as_of: The day the papers are made.
    """

    unit: str
    year: int
    pairings: Sequence[PairingPaper]
    appointments: Sequence[Appointment]
    contacts_per_month: int
    as_of: date
