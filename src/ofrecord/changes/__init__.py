"""The partner change: whether it can be made, making it, and telling everybody."""
