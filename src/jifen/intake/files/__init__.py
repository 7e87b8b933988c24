"""Files of events: what a mapping says of a file, reading it in constant memory, and what is handed back."""
