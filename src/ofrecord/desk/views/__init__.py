"""The pages of the partner desk."""
