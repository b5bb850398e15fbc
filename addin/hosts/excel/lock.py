"""Of the lock file what one Python version on Windows needs, each package with its hashes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

__all__ = ["Pin", "pins_for_windows", "requirement_lines"]


@dataclass(frozen=True)
class Pin:
    """One package at one version with the SHA-256 of every file it is published as."""

    name: str
    version: str
    hashes: tuple[str, ...]


def pins_for_windows(lock: str, python: str) -> list[Pin]:
    """Return what the lock names for 64-bit Windows and a Python such as 3.11.9.

    The markers are judged here: pip judges them by the machine it runs on, whatever the platform it
    downloads for.
    """
    entries = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"(?m)^\s*#.*\n?", "", lock))
    pins = [_pin(entry, _windows(python)) for entry in entries if entry.strip()]
    return [pin for pin in pins if pin]


def requirement_lines(pins: Sequence[Pin], wheels: Sequence[Path]) -> list[str]:
    """Return `name==version --hash` for each pin, with the hash of the wheel that is there only.

    Raises:
        ValueError: A pin has no wheel, or more than one.
    """
    lines = []
    for pin in pins:
        mine = [one for one in wheels if _is(one, pin)]
        if len(mine) != 1:
            raise ValueError(f"{pin.name} {pin.version} has {len(mine)} wheels, expected one")
        digest = hashlib.sha256(mine[0].read_bytes()).hexdigest()
        if pin.hashes and digest not in pin.hashes:
            raise ValueError(f"{mine[0].name} is not the file the lock names")
        lines.append(f"{pin.name}=={pin.version} --hash=sha256:{digest}")
    return lines


def _pin(entry: str, environment: dict[str, str]) -> Pin | None:
    hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
    wanted = Requirement(re.sub(r"\s*\\?\s*--hash=\S+|\\\n?", "", entry).strip())
    if wanted.marker is not None and not wanted.marker.evaluate(environment):
        return None
    (version,) = (part.version for part in wanted.specifier)
    return Pin(wanted.name, version, hashes)


def _is(wheel: Path, pin: Pin) -> bool:
    name, version, _, _ = parse_wheel_filename(wheel.name)
    return (name, str(version)) == (pin.name, pin.version)


def _windows(python: str) -> dict[str, str]:
    return {
        "os_name": "nt",
        "sys_platform": "win32",
        "platform_system": "Windows",
        "platform_machine": "AMD64",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": python,
        "implementation_version": python,
        "extra": "",
    }
