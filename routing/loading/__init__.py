"""Bringing a city's structure in from tables: read everything, collect what is wrong, then save in bulk."""
