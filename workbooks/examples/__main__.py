"""`python -m workbooks.examples` writes the committed example ledgers anew."""

from pathlib import Path

from workbooks.examples import write_examples

__all__: list[str] = []

if __name__ == "__main__":
    write_examples(Path(__file__).parent)
