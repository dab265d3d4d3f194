"""Coarse topics: matters come together wherever they happen, everybody has one, and it keeps its number."""

import csv
from collections import Counter
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from nlp.core.themes import course as going
from nlp.core.themes.carrying import Limits, carry
from nlp.core.themes.course import Rules, course
from nlp.core.themes.finding import Message, find
from nlp.core.themes.naming import COUNTED, Member, themes
from nlp.core.themes.reading import Read, read, without_names
from tests.nlp.theme_texts import MATTERS, messages

COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def told():
    return messages()


@pytest.fixture(scope="module")
def found(told):
    return find(told, seed=1)


def matters_of(told, labels) -> dict[int, Counter]:
    inside: dict[int, Counter] = {}
    for message, label in zip(told, labels, strict=True):
        inside.setdefault(label, Counter())[message.id.split("-")[0]] += 1
    return inside


def test_one_topic_tells_of_one_matter_and_everybody_has_one(told, found):
    inside = matters_of(told, found.labels)

    assert len(found.labels) == len(told)
    assert all(len(matters) == 1 for matters in inside.values())
    assert set(inside) == set(range(len(found.themes)))
    assert len(MATTERS) <= len(inside) <= 3 * len(MATTERS)


def test_a_topic_is_named_by_its_matter_and_no_two_alike(told, found):
    inside = matters_of(told, found.labels)
    telling = {"noise": {"施工", "噪音"}, "water": {"停水", "用水"}, "bus": {"公交", "班次"}}

    for label, theme in enumerate(found.themes):
        matter = next(iter(inside[label]))
        said = " ".join((theme.title, *theme.keywords))
        assert any(word in said for word in telling[matter]), said
        assert all(told[at].id.startswith(matter) for at in theme.representatives)
        assert not any(place in theme.title for place in ("花园", "柳荫", "泉塘"))
    assert len({theme.title for theme in found.themes}) == len(found.themes)


@pytest.mark.parametrize("word", ["一名", "四个", "二百", "这件", "三年", "一个月", "十九", "第二次", "几十万元"])
def test_a_count_names_no_topic(word):
    texts = [Read((word,), (word, "保险"), ((word, "保险"), (word,)), np.zeros(0, np.float32)) for _ in range(4)]
    members = [Member(read, 0, 1.0, at, f"issue {at}") for at, read in enumerate(texts)]

    (theme,) = themes(members)

    assert (theme.title, theme.keywords, theme.is_listed) == ("保险", ("保险",), True)


@pytest.mark.parametrize("word", ["二手房", "三轮车", "十字路口", "二次供水", "一户一表", "百货"])
def test_a_number_inside_a_thing_is_no_count(word):
    assert not COUNTED.fullmatch(word)


def test_names_go_and_the_kind_of_their_ending_stays():
    words = without_names("四季花园小区夜间施工")

    assert [word for word in words if word] == ["〔小区〕", "夜间施工"]


def test_the_order_of_the_messages_changes_nothing(told, found):
    mixed = list(told)
    Random(7).shuffle(mixed)
    again = find(mixed, seed=1)

    assert dict(zip([m.id for m in mixed], again.labels, strict=True)) == dict(
        zip([m.id for m in told], found.labels, strict=True)
    )


def test_who_is_not_in_the_sample_is_placed_like_those_who_are(told):
    labels = find(told, seed=1, sample=40).labels

    assert all(max(matters.values()) / sum(matters.values()) >= 0.9 for matters in matters_of(told, labels).values())


def test_a_run_that_begins_with_the_topics_so_far_keeps_them(told, found):
    old = [at for at, message in enumerate(told) if not message.id.endswith(("6", "7"))]
    first = find([told[at] for at in old], seed=1)
    before = {told[at].id: label for at, label in zip(old, first.labels, strict=True)}
    after = find(told, seed=2, start=before)
    new = dict(zip((message.id for message in told), after.labels, strict=True))
    carried = carry(before, new, [t.words for t in after.themes], dict(enumerate(t.words for t in first.themes)))

    assert carried.before == len(old)
    assert carried.kept / carried.before >= 0.9


def test_a_heated_issue_is_one_row(told):
    """Forty copies about one site would be a topic of their own, or more than one."""
    site = [replace(told[0], id=f"noise-copy-{at}", issue="the site") for at in range(40)]
    labels = find([*told, *site], seed=1).labels

    assert len(set(labels[len(told) :])) == 1
    assert labels[len(told)] in labels[:24], "it is with the others of its matter"


def test_nothing_and_next_to_nothing():
    assert find([]).labels == ()
    assert find([Message("1", "停水", "停水了")]).labels == (0,)
    assert set(find([Message("1", "停水", "停水了"), Message("2", "", "")]).labels) <= {0, 1}
    assert read([]) == []


# ── from month to month ──
def test_a_topic_that_was_away_is_recognised_by_its_words():
    words = [{"供暖": 0.8, "暖气": 0.6}, {"停水": 1.0}]
    old_words = {7: {"供暖": 0.9, "暖气": 0.4}, 8: {"学位": 1.0}}

    carried = carry({}, {"a": 0, "b": 1}, words, old_words, Limits(alike=0.5))

    assert carried.topic_of == (7, None)
    assert carried.returned == {0}


@given(st.dictionaries(st.integers(0, 60), st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1))
def test_no_old_topic_goes_to_two_new_ones_and_nothing_is_kept_that_was_not_there(pairs):
    old = {str(at): topic for at, (topic, _new) in pairs.items()}
    new = {str(at): topic for at, (_old, topic) in pairs.items()}

    carried = carry(old, new, [{}] * 5, {topic: {} for topic in range(5)})

    partners = [topic for topic in carried.topic_of if topic is not None]
    assert len(partners) == len(set(partners))
    assert 0 <= carried.kept <= carried.before <= len(pairs)


@given(st.dictionaries(st.integers(0, 60), st.integers(0, 4), min_size=1))
def test_the_same_groups_under_other_numbers_keep_everything(topics):
    old = {str(at): f"T{topic}" for at, topic in topics.items()}
    new = {str(at): 4 - topic for at, topic in topics.items()}

    carried = carry(old, new, [{}] * 5, {})

    assert carried.kept == carried.before == len(topics)


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ([20], going.BORN),
        ([0, 0, 20], going.BORN),
        ([20, 21, 19, 20], going.STEADY),
        ([20, 20, 20, 40], going.GROWING),
        ([40, 40, 40, 20], going.FADING),
        ([40, 40, 2, 1], going.SOLVED),
        ([60, 50, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 55], going.RECURRING),
        ([0, 0, 1], going.BORN),
        ([10, 3, 10], going.STEADY),
    ],
)
def test_the_way_a_topic_goes(counts, state):
    assert course(counts) == state


@given(COUNTS)
def test_a_quiet_topic_never_grows_and_a_loud_one_is_never_solved(counts):
    state = course(counts, Rules(least=5))

    if counts[-1] < 5:
        assert state not in {going.GROWING, going.RECURRING}
    else:
        assert state != going.SOLVED


# ── the command ──
@pytest.fixture
def shipped(monkeypatch):
    """Training the shipped model takes a minute; the grouping works without a category model too."""
    monkeypatch.setattr("nlp.shipped.category_model", lambda *, say: None)


def test_every_row_of_a_file_gets_a_topic(tmp_path, told, shipped):
    source, out = tmp_path / "messages.csv", tmp_path / "out.csv"
    with source.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "body", "time", "topic_id"])
        writer.writerows([m.id, m.title, m.body, "2026/11/20 9:05", "old"] for m in told)

    call_command("group_topics", file=source, out=out, seed=3)
    first = out.read_bytes()
    call_command("group_topics", file=source, out=out, seed=3, processes=2)

    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert out.read_bytes() == first, "the same seed, the same file"
    assert [row["id"] for row in rows] == [message.id for message in told]
    assert list(rows[0]) == ["id", "title", "body", "time", "topic_id", "topic_title"]
    assert all(row["topic_id"].isdecimal() and row["topic_title"] for row in rows)


@pytest.mark.parametrize(
    ("content", "said"), [("title,body\n停水,停水了\n", "缺少列"), ("id,title,body\n", "没有数据行")]
)
def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path, shipped, content, said):
    source = tmp_path / "messages.csv"
    source.write_text(content, encoding="utf-8")

    with pytest.raises(CommandError, match=said):
        call_command("group_topics", file=source, out=tmp_path / "out.csv")
