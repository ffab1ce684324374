"""Partners that leave, for a while or for good: what depends on them, and what follows."""
