"""What a complaint's text says: plain functions over text, without Django, database or clock."""
