"""记录质量提示: facts about how the log was written, for the superior; no flag on anyone."""
