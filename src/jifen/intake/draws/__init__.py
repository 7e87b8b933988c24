"""Lucky draws: rounds with a seed that is promised first and shown last, and the spins of members."""
