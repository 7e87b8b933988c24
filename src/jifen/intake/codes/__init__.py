"""Codes that rewards come with: made, put into pools, taken from them."""
