"""Billing and Orders > Quotes: what partners offer to an account, and what it asked them for."""
