"""Very long sheets, written column by column into a workbook made with XlsxWriter."""
