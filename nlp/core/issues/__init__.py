"""Hot issues: which messages are about the same concrete problem at the same place or about the same object.

`Reader` reads a message once; `group` puts a collection of reads into issues, `join` says which existing issue a new
one belongs to, `pair` how likely two are about the same and why, `titles` what an issue is called. Nothing here knows
a clock or a database.
"""

from nlp.core.issues.grouping import Issue, group
from nlp.core.issues.joining import Joining, join
from nlp.core.issues.pairs import Pair, pair
from nlp.core.issues.reading import Message, Read, Reader
from nlp.core.issues.weights import Weights

__all__ = ["Issue", "Joining", "Message", "Pair", "Read", "Reader", "Weights", "group", "join", "pair"]
