"""Spreadsheets at the desk: handed in as a file or pasted, mapped, previewed, and reviewed as one batch."""
