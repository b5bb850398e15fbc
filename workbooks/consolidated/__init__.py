"""The consolidated workbook: overview, small tables, merged ledger sheets and findings."""
