"""Hot issues: cases about one concrete problem, found as they come in, put right every night and by people."""
