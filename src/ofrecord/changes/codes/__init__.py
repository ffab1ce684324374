"""Transfer codes: made by an admin for one named partner, redeemed by it, once, in time."""
