"""Reports by period, reminders and data for other programs, all from the same reading of ledgers."""
