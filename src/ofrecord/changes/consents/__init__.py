"""Consents: who is asked before a change is decided, until when, and what their answers do."""
