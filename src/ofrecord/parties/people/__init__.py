"""People and their roles: invited, joined, given another role, removed."""
