"""Malls that others run, in the manner of Duiba: who they are, what they ask, and what that is in the bank."""
