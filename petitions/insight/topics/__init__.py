"""Monthly topics of the city: found from the texts of some months, counted by month, mended by people."""
