"""The second style of sample ledgers: stories with other rhythms, other sentences and their truth.

A story plans one mentee's help and what must be said of it before a row is written.
"""
