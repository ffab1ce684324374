"""OfRecord keeps the authorized partner of record of every agreement."""

__version__ = "0.1.0"
