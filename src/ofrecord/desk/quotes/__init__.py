"""Financial transactions at the desk: what customers ask a firm for, its quotes, and its orders."""
