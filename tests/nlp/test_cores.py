"""Work on several cores answers in order and always comes to an end."""

import signal
import sys

from nlp.core import cores


def test_answers_come_in_the_order_of_the_items_however_many_work_on_them():
    assert cores.mapped(lambda number: number * number, range(7), processes=2, piece=2) == [0, 1, 4, 9, 16, 25, 36]


def test_children_end_at_once_when_told_whatever_the_process_itself_does_with_that_signal():
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        found = cores.mapped(lambda _: signal.getsignal(signal.SIGTERM), range(4), processes=2, piece=1)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert found == [signal.SIG_DFL] * 4
