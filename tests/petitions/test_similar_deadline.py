"""A search that hangs does not hold up the call (a file of its own: it commits, and locks a whole table)."""

import threading

from django.db import connection, connections

from nlp.core.search import index_terms
from petitions.queries import similar
from tests import make

OIL = "锦绣家园楼下烧烤店每天夜里油烟直排，熏得开不了窗。"


def test_a_search_that_takes_too_long_is_given_up_and_the_call_goes_on(committed_city, caplog):
    make.a_call(text=OIL)
    held, done = threading.Event(), threading.Event()

    def hold_the_table():
        with connection.cursor() as cursor:
            cursor.execute("BEGIN; LOCK TABLE petitions_petition IN ACCESS EXCLUSIVE MODE")
            held.set()
            done.wait(10)
            cursor.execute("ROLLBACK")
        connections.close_all()

    other = threading.Thread(target=hold_the_table)
    other.start()
    held.wait(10)
    try:
        assert similar.for_text(index_terms(OIL), deadline_ms=50) == ()
    finally:
        done.set()
        other.join()
    assert "took longer than 50 ms" in caplog.text
    # The connection still works, and the limit is gone.
    assert [each.title for each in similar.for_text(index_terms(OIL))]
