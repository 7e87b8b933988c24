"""From the text of a document to the model: one module for each key that a document may have."""
