"""Any file → worksheets as encoded columns with exact addresses."""
