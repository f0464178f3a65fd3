"""What survives a restart: the library, the picture files, the thumbnails, the key."""
