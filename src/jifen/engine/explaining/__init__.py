"""Why an event gave what it gave, as values and as sentences."""
