"""Answers kept in memory: made once for each state of the ledger, served without a query."""
