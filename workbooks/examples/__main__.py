"""`python -m workbooks.examples` writes the committed examples anew, as the add-in computes them."""

from pathlib import Path

from addin.actions.demo import write_examples

__all__: list[str] = []

if __name__ == "__main__":
    write_examples(Path(__file__).parent)
