"""The workbook of a period: a page for leaders, comparisons with charts, 情况通报, 公示."""
