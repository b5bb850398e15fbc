"""Changes written into a copy of a clerk's .xlsx, whose untouched parts stay as they are."""
