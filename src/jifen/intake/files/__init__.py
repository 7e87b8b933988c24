"""Files of events: what a mapping says of a file, reading it in constant memory, and what is handed back."""

ENCODINGS = ("utf-8", "gbk", "gb18030", "utf-16", "latin-1")
"""How a file that comes without a mapping may be written."""
