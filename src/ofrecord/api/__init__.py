"""The program's door: REST under /api/v1/, on the same verbs and the same sight as the pages."""
