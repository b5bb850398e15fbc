"""The consolidated workbook of a city or county (汇总表)."""
