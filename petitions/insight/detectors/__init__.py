"""What looks unlike the others, with its evidence: for supervision to look into, never a judgement by itself.

Detectors are pure: plain values in, `Found` out. `facts.py` reads the values from the database, `run.py` keeps what was
found. Every threshold is a parameter (`detect.…`); how often each detector is right and wrong: bench/detectors.py.
"""
