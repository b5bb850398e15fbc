"""导入对照: where each column of imported files goes, to be read, changed and read back."""
