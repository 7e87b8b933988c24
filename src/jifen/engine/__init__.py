"""From a programme to one small function over integers, and from events to its rows."""
