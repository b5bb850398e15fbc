"""Figures as tables, of a day or of a period, and what is said of them."""
