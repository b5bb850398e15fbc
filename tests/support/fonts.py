"""The fonts that stand in for those of a Chinese office where LibreOffice prints."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

FONTS = {
    "宋体": "Noto Serif CJK SC",
    "黑体": "Noto Sans CJK SC",
    "仿宋": "AR PL UMing CN",
    "楷体": "AR PL UKai CN",
}
"""What stands in for the fonts of Chinese offices; square hanzi, letters half as wide as in 仿宋."""


def use_fonts(folder: Path) -> None:
    """Have the programs started from here on print with `FONTS`.

    Args:
        folder: Where the settings that say so are kept.

    Raises:
        SystemExit: One of them is not installed.
    """
    rules = "".join(
        f"<match target='pattern'><test name='family'><string>{name}</string></test>"
        f"<edit name='family' mode='assign' binding='strong'><string>{font}</string></edit></match>"
        for name, font in FONTS.items()
    )
    before = os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")
    settings = folder / "fonts.conf"
    settings.write_text(f"<fontconfig><include>{before}</include>{rules}</fontconfig>", "utf-8")
    os.environ["FONTCONFIG_FILE"] = str(settings)
    for name, font in FONTS.items():
        command = ["fc-match", "-f", "%{family}", name]
        found = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        if font not in found:
            raise SystemExit(
                f"{font} is missing: CONTRIBUTING.md says which packages have the fonts"
            )
