"""What: agreements, their terms and subscriptions, and their partners of record through time."""
