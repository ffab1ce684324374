"""Invitations: the vendor, or a partner itself, introduces a partner to a customer."""
