"""一屏观天下: what the board shows, read from counters alone; no statement walks over cases."""
