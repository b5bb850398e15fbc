"""Put the extension into the clerk's LibreOffice, and take it away again.

LibreOffice's own `unopkg` does both for this user alone; no administrator is needed. What is installed
knows the Python it was installed by.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from addin.hosts.calc.extension import IDENTIFIER
from addin.hosts.calc.extension.build import extension
from addin.hosts.calc.office import HostFailed
from validators.errors import UsageError
from workbooks.reports.pdf import installed_soffice

HELPER = (sys.executable, "-P", "-m", "addin.hosts.calc.extension.helper")
"""What starts the helper in this environment."""

_FILE = "bangdai.oxt"
"""In ASCII: in a system without Chinese LibreOffice loses other names."""
_CACHE = re.compile(r"uno_packages/([\w.]+)/" + re.escape(_FILE))
_MISSING = "请安装 LibreOffice Calc 和它的 Python 接口，如 sudo apt-get install libreoffice-calc python3-uno"
_SECONDS = 120


@dataclass(frozen=True)
class Installation:
    """One user's LibreOffice and the extension in it.

    Attributes:
        program: LibreOffice's folder of programs.
        profile: The folder of the user's settings.
        options: What `unopkg` is told besides.
        prefix: What it is run by.
    """

    program: Path
    profile: Path
    options: Sequence[str] = ()
    prefix: Sequence[str] = ()

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> Installation:
        """Return this user's.

        Raises:
            HostFailed: LibreOffice is not installed.
            UsageError: This is root, who has no LibreOffice of a clerk's.
        """
        soffice = installed_soffice()
        if soffice is None:
            raise HostFailed("未找到 LibreOffice（soffice）", _MISSING)
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            raise UsageError(
                "LibreOffice 不允许 root 用户安装扩展", "请用填报人员日常登录的用户运行，不加 sudo"
            )
        if roaming := environment.get("APPDATA"):
            profile = Path(roaming) / "LibreOffice" / "4"
        else:
            settings = environment.get("XDG_CONFIG_HOME") or Path.home() / ".config"
            profile = Path(settings) / "libreoffice" / "4"
        return cls(Path(soffice).resolve().parent, profile)

    def install(self, command: Sequence[str] = HELPER) -> None:
        """Install the extension; an older one is replaced.

        Args:
            command: What starts the helper.

        Raises:
            HostFailed: `unopkg` did not do it.
        """
        with tempfile.TemporaryDirectory() as folder:
            package = Path(folder) / _FILE
            package.write_bytes(extension(command))
            Path(folder).chmod(0o755)
            self._unopkg("add", "--force", "--suppress-license", str(package))

    def uninstall(self) -> bool:
        """Remove the extension; tell whether it was there.

        Raises:
            HostFailed: `unopkg` did not do it.
        """
        if not self._listed():
            return False
        self._unopkg("remove", IDENTIFIER)
        return True

    def installed(self) -> dict[str, object] | None:
        """Return the settings of the installed extension, None where there is none."""
        found = _CACHE.search(self._listed())
        if found is None:
            return None
        cache = self.profile / "user" / "uno_packages" / "cache" / "uno_packages"
        settings = cache / found[1] / _FILE / "settings.json"
        read: dict[str, object] = json.loads(settings.read_text("utf-8"))
        return read

    def _listed(self) -> str:
        """Return what `unopkg` says of the extension, "" where it is not installed."""
        done = self._run("list", IDENTIFIER)
        return done.stdout if done.returncode == 0 else ""

    def _unopkg(self, *arguments: str) -> None:
        done = self._run(*arguments)
        if done.returncode:
            lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
            said = lines[-1].strip() if lines else str(done.returncode)
            raise HostFailed(
                f"LibreOffice 的 unopkg 未完成（{said}）", "请关闭全部 LibreOffice 窗口后重试"
            )

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = self.program / ("unopkg.com" if os.name == "nt" else "unopkg")
        command = [*self.prefix, str(program), *arguments, *self.options]
        try:
            return subprocess.run(  # noqa: S603 - LibreOffice's own program
                command, capture_output=True, check=False, timeout=_SECONDS, encoding="utf-8",
                errors="replace",
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise HostFailed(f"无法运行 {program}（{error}）", "请重新安装 LibreOffice") from error
