"""How the sandbox is told to misbehave."""
