"""Many at once: the vendor's book comes in as files, and lists go out."""
