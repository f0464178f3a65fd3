"""The checkpoint, LoRAs, embeddings and VAE of the form."""
