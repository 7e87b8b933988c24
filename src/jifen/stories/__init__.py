"""Stories: scenarios that people read and machines run."""
