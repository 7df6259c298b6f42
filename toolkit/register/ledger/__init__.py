"""Ledgers as workbooks: what an office has kept in Excel comes in, the register goes out."""
