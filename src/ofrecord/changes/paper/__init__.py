"""Receipts and statements on paper: PDF/A-3 with the signed document inside."""
