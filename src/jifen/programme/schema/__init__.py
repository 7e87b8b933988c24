"""The JSON Schema of the document: a module for each part of it."""
