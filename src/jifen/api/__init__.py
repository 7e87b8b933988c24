"""The HTTP door: requests in, commands to the bank in batches, answers and problems out."""
