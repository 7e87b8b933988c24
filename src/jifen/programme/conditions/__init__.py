"""Conditions: their syntax, what names mean, and whether something can satisfy them."""
