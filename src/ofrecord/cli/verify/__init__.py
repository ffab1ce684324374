"""Verify: what must always be true of an installation, asked of its own rows."""

from ofrecord.cli.verify.run import verify

__all__ = ["verify"]
