"""Writing what a machine will read: a tool call, an answer in a required form."""
