"""Hot issues where a system knows place and matter beside the words: few words in common are enough there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.core import corpus
from nlp.core.issues import Message, Reader, Weights, group, join, likeness, pair
from nlp.core.issues.likeness import Side
from nlp.core.issues.weights import Vectors

MORNING = datetime(2026, 11, 20, 9, tzinfo=UTC)
HERE, NEXT_DOOR, ACROSS = ("C", "D1", "S1", "M1"), ("C", "D1", "S1", "M2"), ("C", "D2", "S9", "M9")
OUTAGE = (
    "家里突然没水了，问了邻居都是一样，请问怎么回事。",
    "从今天上午开始停水，没有任何通知，什么时候能来水？",
    "整栋楼没水，听说是管道破了，想知道有没有送水车。",
    "水压越来越小，现在完全没有了，麻烦催一下供水公司。",
)


@pytest.fixture(scope="module")
def ordinary():
    samples = list(corpus.seed_samples())[::12]
    return [Reader().read(Message(f"o{at}", each.title, each.text)) for at, each in enumerate(samples)]


OUTAGE_ACROSS = (
    "家里突然没水了，楼上楼下都是一样，请问多久恢复。",
    "今天上午开始停水，物业没有任何通知，晚上能来水吗？",
    "我们这边也没水，听说水管破了，老人要用水。",
)


def calls(areas, name, *, matter="停水", apart=timedelta(minutes=20), texts=OUTAGE):
    reads = (Reader().read(Message(f"{name}{at}", "", text, MORNING + at * apart)) for at, text in enumerate(texts))
    return [replace(read, areas=areas, matter=matter) for read in reads]


def found(collection):
    """The issues of more than one message that calls are in."""
    issues = [[collection[at] for at in issue.members] for issue in group(collection, seed=0)]
    return {ids(*reads) for reads in issues if len(reads) > 1 and any(read.matter for read in reads)}


def ids(*reads):
    return frozenset(read.id for read in reads)


def test_calls_about_one_outage_are_one_issue_and_that_of_another_street_is_another(ordinary):
    here, across = calls(HERE, "h"), calls(ACROSS, "a", texts=OUTAGE_ACROSS)
    assert found([*ordinary, *here]) == {ids(*here)}
    assert found([*ordinary, *calls((), "u")]) == set(), "by their words alone they are not"
    assert found([*ordinary, *here, *across]) == {ids(*here), ids(*across)}


def test_the_same_matter_weeks_later_is_no_reason(ordinary):
    late = calls(HERE, "l", apart=timedelta(days=21))
    assert found([*ordinary, *late]) == set()


def test_another_matter_there_is_no_reason(ordinary):
    matters = zip(calls(HERE, "m"), ("停水", "噪声", "停电", "供暖"), strict=True)
    assert found([*ordinary, *(replace(read, matter=matter) for read, matter in matters)]) == set()


def test_names_that_differ_keep_two_sites_of_one_community_apart(ordinary):
    texts = ("听澜苑的工地半夜打桩，孩子睡不着", "云栖里小区隔壁天天夜里施工到两点，没人管")
    one, other = calls(HERE, "w", matter="噪声", texts=texts)
    weights = Weights.of([*ordinary, one, other])
    assert pair(one, other, weights).chance == pair(replace(one, areas=()), other, weights).chance < 0.05
    unnamed = calls(HERE, "v", matter="噪声", texts=texts[1:])[0]
    assert pair(one, replace(unnamed, proper_words=()), weights).chance > 0.3


def test_the_same_words_in_another_street_are_another_issue(ordinary):
    here, across = calls(HERE, "h")[1], calls(ACROSS, "a")[1]
    near = replace(across, areas=HERE)
    weights = Weights.of([*ordinary, here, across])
    assert pair(here, near, weights).chance > pair(here, across, weights).chance
    assert "同一社区、同一事项" in pair(here, near, weights).reasons


def test_a_new_call_joins_by_place_and_matter(ordinary):
    *first, new = calls(HERE, "h")
    weights = Weights.of([*ordinary, *first])
    assert join(new, {"here": first, "noise": ordinary[:8]}, weights).key == "here"
    assert join(replace(new, areas=ACROSS), {"here": first}, weights) is None


places = st.sampled_from([(), HERE[:2], HERE[:3], HERE, (*HERE, "G1"), NEXT_DOOR, ACROSS])
known = st.tuples(st.integers(0, 3), places, st.sampled_from(["", "停水", "噪声"]), st.integers(0, 30) | st.none())


@given(st.lists(known, min_size=2, max_size=8))
def test_a_pair_has_the_same_figures_alone_and_in_the_collection(drawn):
    reads = [
        replace(
            calls(areas, "x")[text], id=str(at), matter=matter, when=when if when is None else MORNING + timedelta(when)
        )
        for at, (text, areas, matter, when) in enumerate(drawn)
    ]
    vectors, weights = Vectors.of(reads), Weights.of(reads)
    every = np.arange(len(reads))
    one, other = np.triu_indices(len(reads), 1)
    sides = [Side.of(read, weights) for read in reads]
    alone = [sides[a].figures(sides[b]) for a, b in zip(one, other, strict=True)]
    assert np.allclose(likeness.of_pairs(vectors, one, other), alone, atol=1e-5, equal_nan=True)
    assert np.allclose(likeness.among(vectors, every)[one, other], alone, atol=1e-5, equal_nan=True)
