"""People, their roles and a place's API clients: the pages that all doors share."""
