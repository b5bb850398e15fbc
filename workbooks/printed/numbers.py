"""Certificate numbers for mentors who have none yet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from validators.divisions import unit_name
from workbooks.printed.content import Appointment

__all__ = ["certificate_numbers"]

_MENTOR_ID = re.compile(r"D(\d{9})-(\d+)")


def certificate_numbers(appointments: Sequence[Appointment]) -> tuple[str, ...]:
    """Return the appointments' certificate numbers in order: the given ones, or proposed ones.

    The proposal is 开城镇导聘字〔2026〕001号: the place in the mentor's ID, the year of the
    appointment, the serial number of the ID. It depends on no other mentor, so making the papers
    again gives the same. Where somebody already has that number, it goes on after the highest.
    "" where the ID names no known place.
    """
    numbers = [one.number.strip() for one in appointments]
    taken = set(numbers) - {""}
    clashing = []
    for place, one in enumerate(appointments):
        if not numbers[place]:
            proposed = _proposed(one, _serial(one))
            if proposed in taken:
                clashing.append(place)
            else:
                numbers[place] = proposed
                taken |= {proposed} - {""}
    serial = max(map(_serial, appointments), default=0)
    for place in clashing:
        while (proposed := _proposed(appointments[place], serial := serial + 1)) in taken:
            pass
        numbers[place] = proposed
        taken.add(proposed)
    return tuple(numbers)


def _serial(appointment: Appointment) -> int:
    parts = _MENTOR_ID.fullmatch(appointment.mentor_id)
    return int(parts[2]) if parts else 0


def _proposed(appointment: Appointment, serial: int) -> str:
    parts = _MENTOR_ID.fullmatch(appointment.mentor_id)
    county, township = unit_name(parts[1]) if parts else ("", "")
    place = township or county
    return f"{place}导聘字〔{appointment.appointed_on.year}〕{serial:03d}号" if place else ""
