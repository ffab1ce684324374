"""What happened: append-only events in hash-chained streams.

History, audit, webhooks and letters all read what is written here, and nothing else is
written to say that something happened.
"""
