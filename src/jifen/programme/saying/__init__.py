"""A programme in words, in Chinese and in English."""
