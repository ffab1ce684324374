"""Who: accounts, partners, people, their roles, and in whose place a transaction acts."""
