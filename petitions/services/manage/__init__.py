"""What administrators change: people, areas, days, limits, numbers. A change and its audit row are one transaction."""
