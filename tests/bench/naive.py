"""The script a user would write: pandas reads, pydantic checks row by row, openpyxl writes.

    python tests/bench/naive.py FOLDER OUT.xlsx

It reads the same sheets and columns as the product and checks each row with the sheet's own model,
but knows nothing of moved headings, merged cells, rules or guards.
"""

from __future__ import annotations

import sys
from pathlib import Path

import openpyxl
import pandas as pd
from pydantic import ValidationError

from validators.sheets import SHEETS


def main(folder: Path, out: Path) -> None:
    """Merge the ledgers of `folder` sheet by sheet into `out`."""
    book = openpyxl.Workbook(write_only=True)
    models = {model.sheet.name: model for model in SHEETS if model.sheet.merged}
    pages = {name: book.create_sheet(name) for name in models}
    rejected = 0
    for path in sorted(folder.glob("*.xlsx")):
        sheets = pd.read_excel(path, sheet_name=None, header=2, dtype=object, engine="openpyxl")
        for name, frame in sheets.items():
            if name not in models:
                continue
            for row in frame.to_dict("records"):
                typed = {key: value for key, value in row.items() if not pd.isna(value)}
                if not typed:
                    continue
                try:
                    models[name].model_validate(typed)
                except ValidationError:
                    rejected += 1
                pages[name].append([path.name, *(str(value) for value in row.values())])
    book.save(out)
    print(f"{rejected} rows rejected")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
