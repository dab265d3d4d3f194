"""Small charts and marked texts: pure functions over values."""

from hypothesis import given
from hypothesis import strategies as st

from frontend.charts import EDGE, HEIGHT, WIDTH, sparkline
from frontend.marks import Piece, marked


def test_a_line_runs_from_edge_to_edge_and_higher_is_up():
    line = sparkline([0.0, 1.0], label="x")
    assert line.runs == (f"{EDGE},{HEIGHT - EDGE} {WIDTH - EDGE},{EDGE}",)


def test_a_week_without_a_figure_is_a_gap_not_a_zero():
    line = sparkline([0.5, 0.5, None, 0.5], label="x")
    assert len(line.runs) == 1
    assert len(line.dots) == 1  # the lonely last week


def test_nothing_to_draw_is_drawn_as_nothing():
    assert (sparkline([], label="x").runs, sparkline([None], label="x").dots) == ((), ())


@given(st.lists(st.none() | st.floats(-5, 5), max_size=20))
def test_whatever_the_figures_the_drawing_stays_inside(values):
    line = sparkline(values, label="x", lows=[v or 0 for v in values], highs=[v or 0 for v in values])
    points = [point for run in (*line.runs, *line.band) for point in run.split()]
    for x, y in (map(float, point.split(",")) for point in points):
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT


def test_words_are_marked_where_they_stand_longer_ones_first():
    assert marked("北门路灯坏了", ["路灯", "路灯坏", "没有的"]) == [Piece("北门"), Piece("路灯坏", True), Piece("了")]


@given(st.text(max_size=60), st.lists(st.text(max_size=4), max_size=5))
def test_marking_changes_no_character(text, words):
    assert "".join(piece.text for piece in marked(text, words)) == text
