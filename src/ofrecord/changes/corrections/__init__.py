"""Corrections: one person of the vendor's operations proposes, another one approves."""
