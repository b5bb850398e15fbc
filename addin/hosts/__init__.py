"""Where the buttons run: one folder for each spreadsheet program."""
