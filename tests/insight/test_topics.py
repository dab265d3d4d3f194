"""Monthly topics of the city: found, counted, kept from month to month, mended by people, undone without a trace."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.core.themes.course import Rules
from petitions import errors
from petitions.insight.models import Topic, TopicEdit, TopicMember, TopicMonth, TopicRun
from petitions.insight.topics import counting, edits, running
from petitions.insight.topics.gathering import shifted
from petitions.models import Petition
from petitions.services import turns
from petitions.states import CaseState
from tests import make
from tests.insight.topic_cases import MONTH, NEXT, a_city_month, of_matter, topic_of

LATER = datetime(2026, 12, 20, tzinfo=UTC)


@pytest.fixture
def cases(city):
    return a_city_month()


@pytest.fixture
def found(cases):
    return running.run(MONTH, now=make.NOW)


def test_every_case_of_the_month_is_in_one_topic_and_the_counts_add_up(cases, found):
    assert TopicMember.objects.count() == found.cases == len(cases)
    assert sum(row.cases for row in TopicMonth.objects.filter(month=MONTH)) == len(cases)
    for matter in ("noise", "water"):
        topics = {topic_of(case) for case in of_matter(cases, matter)}
        assert all(topic not in topics for topic in {topic_of(case) for case in of_matter(cases, "bus")})
    for row in TopicMonth.objects.all():
        assert sum(row.areas.values()) == row.cases == row.citizens + row.repeated
        assert set(row.representatives) <= set(row.topic.members.values_list("petition_id", flat=True))


def test_whoever_writes_twice_counts_once(cases):
    again = make.a_case(
        state=CaseState.PENDING_REVIEW, text=cases[0].text, title=cases[0].title, phone="13800000000", now=make.NOW
    )
    assert again.caller_id == cases[0].caller_id

    running.run(MONTH, now=make.NOW)

    row = TopicMonth.objects.get(topic=topic_of(again), month=MONTH)
    assert (row.cases - row.citizens, row.repeated) == (1, 1)


def test_a_run_again_changes_nothing(cases, found):
    before = {member.petition_id: member.topic_id for member in TopicMember.objects.all()}

    again = running.run(MONTH, now=make.NOW)

    after = {member.petition_id: member.topic_id for member in TopicMember.objects.all()}
    assert sum(after[case] == topic for case, topic in before.items()) >= 0.9 * len(before)
    assert again.kept >= 0.9 * again.before
    assert TopicRun.objects.count() == 2


def test_the_next_month_continues_the_topics(cases, found):
    known = set(Topic.objects.values_list("pk", flat=True))
    more = a_city_month(now=LATER, first=100)

    run = running.run(NEXT, now=LATER)

    assert (run.cases, run.window_cases) == (len(more), len(more) + len(cases))
    assert {topic_of(case).pk for case in more} & known
    assert run.kept >= 0.9 * run.before


def test_drafts_and_invalid_cases_are_not_grouped(city):
    make.a_case(state=CaseState.DRAFT)

    with pytest.raises(errors.NoCasesInMonth):
        running.run(MONTH, now=make.NOW)


def test_a_month_is_grouped_by_one_at_a_time(cases):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_lock({turns.KEY})", [running.ALONE])
        with pytest.raises(errors.TopicsRunning):
            running.run(MONTH, now=make.NOW)
        with other.cursor() as cursor:  # closing alone lets go only when the server has noticed
            cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        other.close()


# ── people ──
@pytest.fixture
def analyst(city):
    return make.a_person("analyst")


def two(found) -> tuple[Topic, Topic]:
    return tuple(Topic.objects.order_by("pk")[:2])


def test_what_was_merged_stays_merged_in_later_months_until_it_is_undone(cases, found, analyst):
    one, other = two(found)
    sizes = {topic.pk: topic.members.count() for topic in (one, other)}
    edit = edits.merge(one.pk, other.pk, actor=analyst, reason="同一件事", now=make.NOW)
    assert (one.members.count(), other.members.count()) == (0, sum(sizes.values()))
    assert not TopicMonth.objects.filter(topic=one).exists()

    running.run(MONTH, now=make.NOW)
    assert not one.members.exists()

    edits.undo(edit.pk, actor=analyst, reason="其实是两件事", now=make.NOW)
    assert one.members.exists()
    assert sum(row.cases for row in TopicMonth.objects.all()) == len(cases)


def test_a_split_takes_what_has_its_words(cases, found, analyst):
    word = "泉塘"
    topic = next(each for each in Topic.objects.all() if 0 < with_word(each, word) < each.members.count())
    wanted, whole = with_word(topic, word), topic.members.count()

    edit = edits.split(topic.pk, [word, " "], actor=analyst, reason="另成一类", now=make.NOW)

    assert (edit.other.members.count(), topic.members.count()) == (wanted, whole - wanted)
    assert TopicMonth.objects.get(topic=edit.other).cases == wanted


def with_word(topic, word) -> int:
    cases = Petition.objects.filter(pk__in=topic.members.values("petition"))
    return sum(word in case.title or word in case.redacted_text for case in cases)


def test_names_and_notes_come_and_go(found, analyst):
    topic = Topic.objects.first()
    title = edits.rename(topic.pk, "夜间施工", actor=analyst, reason="更清楚", now=make.NOW)
    edits.annotate(topic.pk, "已列入专项整治", actor=analyst, reason="备查", now=make.NOW)
    topic.refresh_from_db()
    assert (topic.title, topic.note) == ("夜间施工", "已列入专项整治")

    edits.undo(title.pk, actor=analyst, reason="不必改", now=make.NOW)
    topic.refresh_from_db()
    assert (topic.title, topic.note) == (topic.found_title, "已列入专项整治")


def test_refusals(found, analyst):
    one, other = two(found)
    done = edits.rename(one.pk, "甲", actor=analyst, reason="更清楚", now=make.NOW)
    edits.undo(done.pk, actor=analyst, reason="不必", now=make.NOW)

    with pytest.raises(errors.NotYours):
        edits.rename(one.pk, "乙", actor=make.an_operator(), reason="更清楚")
    with pytest.raises(errors.NoReason):
        edits.rename(one.pk, "乙", actor=analyst, reason="  ")
    with pytest.raises(errors.CannotMergeIntoItself):
        edits.merge(one.pk, one.pk, actor=analyst, reason="同一件事")
    with pytest.raises(errors.Unknown):
        edits.merge(one.pk, 999_999, actor=analyst, reason="同一件事")
    for words in ([], ["没有人会写的词"], [str(n) for n in range(9)]):
        with pytest.raises(errors.NothingChosen):
            edits.split(one.pk, words, actor=analyst, reason="另成一类")
    with pytest.raises(errors.TopicEditUndone):
        edits.undo(done.pk, actor=analyst, reason="再撤一次")
    edits.merge(one.pk, other.pk, actor=analyst, reason="同一件事")
    with pytest.raises(errors.TopicEmpty):
        edits.merge(one.pk, other.pk, actor=analyst, reason="再并一次")


STEPS = st.lists(
    st.tuples(st.sampled_from(["merge", "split", "undo"]), st.integers(0, 9), st.integers(0, 9)), max_size=5
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_people_do_every_case_has_one_topic_and_undoing_all_restores(cases, found, analyst, steps):
    begun = dict(TopicMember.objects.values_list("petition_id", "found_id"))
    for what, here, there in steps:
        play(what, here, there, analyst)
        assert TopicMember.objects.count() == len(cases)
        assert sum(row.cases for row in TopicMonth.objects.filter(month=MONTH)) == len(cases)
    for edit in list(edits.standing()):
        edits.undo(edit.pk, actor=analyst, reason="全部撤销", now=make.NOW)

    assert dict(TopicMember.objects.values_list("petition_id", "topic_id")) == begun


def play(what: str, here: int, there: int, analyst) -> None:
    topics = list(Topic.objects.order_by("pk"))
    one, other = topics[here % len(topics)], topics[there % len(topics)]
    try:
        if what == "merge":
            edits.merge(one.pk, other.pk, actor=analyst, reason="同一件事", now=make.NOW)
        elif what == "split":
            edits.split(one.pk, one.keywords[there % 8 : there % 8 + 1], actor=analyst, reason="另成一类", now=make.NOW)
        elif TopicEdit.objects.exists():
            edits.undo(TopicEdit.objects.first().pk, actor=analyst, reason="撤销", now=make.NOW)
    except (
        errors.NothingChosen,
        errors.TopicEmpty,
        errors.CannotMergeIntoItself,
        errors.TopicEditUndone,
        errors.Unknown,
    ):
        pass


# ── the rest ──
def test_a_topic_without_cases_fades_and_is_over(cases, found):
    topic = TopicMonth.objects.order_by("-cases").first().topic
    for step in (1, 2, 3):
        counting.count_month(shifted(MONTH, step), Rules(least=2, quiet=2))

    rows = list(topic.months.order_by("month").values_list("cases", "state"))
    assert [count for count, _state in rows][1:] == [0, 0]
    assert rows[-1][1] == TopicMonth.State.SOLVED, "after it, silence is not counted any longer"


def test_the_clock_groups_last_month_first_and_this_month_from_the_20th(cases):
    assert running.run_due(now=datetime(2026, 12, 1, tzinfo=UTC)) == len(cases)
    assert running.run_due(now=datetime(2026, 12, 20, tzinfo=UTC)) == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"month": "2026-13"}, "看不懂月份"),
        ({"month": "2020-01"}, "没有可以归类的工单"),
        ({"engine": "dask"}, "--address"),
        ({"address": "tcp://127.0.0.1:1"}, "--engine dask"),
    ],
)
def test_the_command_says_what_is_wrong(cases, options, said):
    with pytest.raises(CommandError, match=said):
        call_command("cluster_month", **{"month": "2026-11"} | options)


def test_two_workers_of_dask_find_the_same(cases, capsys):
    distributed = pytest.importorskip("distributed", reason="requirements-dask.txt is not installed")
    dask = pytest.importorskip("dask", reason="requirements-dask.txt is not installed")
    patience = dask.config.set({"distributed.comm.timeouts.connect": "180s"})  # two processes start; machines are busy
    call_command("cluster_month", month="2026-11", processes=1)
    alone = dict(TopicMember.objects.values_list("petition_id", "topic__title"))
    TopicMember.objects.all().delete()

    with patience, distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        call_command("cluster_month", month="2026-11", engine="dask", address=cluster.scheduler_address)

    assert dict(TopicMember.objects.values_list("petition_id", "topic__title")) == alone
    assert TopicRun.objects.first().engine == "dask"
