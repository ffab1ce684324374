"""Corrections: one person of the vendor's operations proposes, another one approves."""

OF_VENDOR = ("correction.proposed", "correction.declined")
"""Events of what the vendor weighs among its own people; others learn what becomes of it."""
