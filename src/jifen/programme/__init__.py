"""The programme document: what a company promises, checked and readable."""
