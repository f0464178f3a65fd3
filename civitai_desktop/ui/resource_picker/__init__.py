"""Choosing a checkpoint, LoRA, embedding or VAE: the dialog, and what the form knows of them."""
