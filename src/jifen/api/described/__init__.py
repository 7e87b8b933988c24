"""What can be asked over HTTP, described once: the OpenAPI document and its page are drawn from these descriptions."""
