"""What an event brings one member: its case, the evaluation, what history keeps; decided in memory."""
