"""`python -m addin` is the command `bangdai`."""

from addin.cli import main

__all__: list[str] = []

main()
