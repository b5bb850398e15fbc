"""Examined ledgers as files: handed over by workers, kept for the next run, passed on by a county."""
