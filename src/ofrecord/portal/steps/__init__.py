"""The three steps of Update Reseller Information."""
