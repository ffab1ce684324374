"""Telling others: endpoints, signed webhooks, letters. It moves what was frozen, and retries."""
