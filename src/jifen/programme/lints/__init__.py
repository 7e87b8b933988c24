"""What a checked document says that its author hardly meant: a module for each kind of oddness."""
