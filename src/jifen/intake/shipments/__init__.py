"""Orders to send, listed for whoever sends them, and what they say was sent."""

ENCODINGS = ("utf-8", "gbk", "gb18030", "utf-16", "latin-1")
"""How a file of what was sent may be written."""
