"""Pages of the book's records: an agreement and a change, shown alike at every door."""
