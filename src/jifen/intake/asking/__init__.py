"""What may be asked: from the body of a request or a row to a checked command in smallest units."""
