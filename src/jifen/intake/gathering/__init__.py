"""What a batch looks at, read and locked before anything is decided."""
