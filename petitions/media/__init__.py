"""What is in a file that somebody hands in: told by its content, never by its name. Pure: bytes in, values out."""
