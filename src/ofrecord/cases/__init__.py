"""Cases: what a customer asks of support, with its wish as data, and what became of it."""
