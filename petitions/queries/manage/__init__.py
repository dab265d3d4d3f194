"""What the pages of administration read: one file per screen, read-only."""
