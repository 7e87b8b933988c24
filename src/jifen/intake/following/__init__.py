"""What follows from a member's history by itself: events that nobody sends, and what others are told of it."""
