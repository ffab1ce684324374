"""What every door looks like: the page, its parts, the theme, and the two health pages."""
