"""`python -m addin` is the command `bangdai`."""

from addin.cli import program

__all__: list[str] = []

if __name__ == "__main__":  # worker processes import this module again
    program()
