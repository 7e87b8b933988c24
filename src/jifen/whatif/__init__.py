"""What would have been: all history under a draft, beside what was promised."""
