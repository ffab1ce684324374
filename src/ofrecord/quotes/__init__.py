"""Financial transactions: quotes and orders. They change partners only through `changes`."""
