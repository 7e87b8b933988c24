"""From a request, a file or a clock tick to a batch: gather, evaluate, decide, write."""
