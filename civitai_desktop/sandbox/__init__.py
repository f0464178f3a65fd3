"""An offline Civitai: a real HTTP server that shares no code with the client."""
