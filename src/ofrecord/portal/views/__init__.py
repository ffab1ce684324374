"""The pages of the portal: each turns text into types, asks, and shows."""
