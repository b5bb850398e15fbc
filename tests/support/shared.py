"""Files that several tests read, made once however many xdist workers run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


class SharedFolder:
    """Folders that are filled once; ask by the fixture `shared_folder`.

    Args:
        root: Where they are made, the same for all workers of a run.
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(exist_ok=True)
        self._root = root

    def __call__(self, name: str, fill: Callable[[Path], object]) -> Path:
        """Return the folder called `name`; whoever asks first fills it, and nobody changes it."""
        folder = self._root / name
        with FileLock(self._root / f"{name}.lock"):
            if not folder.exists():
                draft = self._root / f"{name}.part"
                draft.mkdir()
                fill(draft)
                draft.rename(folder)
        return folder
