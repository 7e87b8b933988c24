"""Rewards of which there are only so many: what is left, what redemptions take of it, what an office changes."""
