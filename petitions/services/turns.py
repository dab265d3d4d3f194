"""Taking turns by the database's advisory locks: a lock goes with its transaction or connection, never left behind."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

KEY = "hashtextextended(%s, 0)"


def wait(name: str) -> None:
    """Until the transaction ends: whoever else waits for this name takes turns with us."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({KEY})", [name])


def taken(name: str) -> bool:
    """The turn until the transaction ends, or False at once where somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock({KEY})", [name])
        return cursor.fetchone()[0]


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """The turn over many transactions, or False. A killed process holds nobody up: the lock is its connection's."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({KEY})", [name])
        is_mine = cursor.fetchone()[0]
        try:
            yield is_mine
        finally:
            if is_mine:
                cursor.execute(f"SELECT pg_advisory_unlock({KEY})", [name])
