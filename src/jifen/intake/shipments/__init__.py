"""Orders to send, listed for whoever sends them, and what they say was sent."""
