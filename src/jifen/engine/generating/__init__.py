"""The text of `step`: one module for each part of what a version says."""
