"""The add-in in a page of a browser: have its script do operations, click its buttons, and look."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Self

from addin.hosts.wps.operations import Operation
from tests.support.chromium import Chromium
from tests.support.wps_application import Wps


class Refused(Exception):
    """The script answers with an error; its text begins with the kind."""


class Window:
    """A window of WPS with the add-in loaded.

    Attributes:
        wps: WPS's objects.
        page: The add-in's page.
    """

    def __init__(self, browser: Chromium, wps: Wps, addin: Path) -> None:
        self.wps = wps
        self.page = browser.open((addin / "index.html").as_uri(), before=wps.script())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.page.close()

    def do(self, operation: Operation) -> Any:
        """Return what the script answers to an operation.

        Raises:
            Refused: It answers with an error.
        """
        result = self.page.run(f"execute({json.dumps(operation.to_json())})")
        if "error" in result:
            raise Refused(f"{result['error']['kind']}: {result['error']['message']}")
        return result["value"]
