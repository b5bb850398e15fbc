"""The buttons, formulas and commands a clerk uses, and what each computes."""
