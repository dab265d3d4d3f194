"""未诉先办: rules that see early what more and more people complain about, and what people then do about it.

Pure: rhythm, usual, bursts, placing, forecast, frequent, people, sensitive, strength, strictness. The rest reads and
writes rows.
"""
