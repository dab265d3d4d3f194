"""Hot issues, on messages written for these laws among a few hundred texts of the shipped corpus."""

import csv
from datetime import UTC, datetime
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.core import corpus
from nlp.core.evaluate import issue_scores
from nlp.core.issue_scores import KeyIssue, read_key
from nlp.core.issues import Message, Reader, Weights, group, join, likeness, neighbours, pair, titles
from nlp.core.issues.likeness import FIGURES, Side
from nlp.core.issues.weights import Vectors
from tests.nlp.nasty import NASTY

SMOKE = [
    ("云栖里小区楼下烧烤店油烟扰民", "云栖里小区三栋楼下的烧烤店没有装烟道，每天晚上油烟往楼上飘，窗户都不敢开。"),
    ("云栖里小区烧烤店油烟直排", "我住云栖里小区，楼下烧烤店油烟直排，老人咳得睡不着，希望装烟道或者关停。"),
    ("投诉云栖里小区门口烧烤店", "云栖里小区门口的烧烤店营业到凌晨，油烟和噪音扰民，烟道一直没有装。"),
]
SMOKE_ELSEWHERE = [(title.replace("云栖里", "听澜苑"), body.replace("云栖里", "听澜苑")) for title, body in SMOKE]
LIFT = [
    ("云栖里小区电梯三天两头困人", "云栖里小区五栋的电梯这个月困人四次，物业说没有维修基金，一直拖着不修。"),
    ("云栖里小区五栋电梯又坏了", "云栖里小区五栋电梯困人，物业推说维修基金没批，老人上下楼只能爬楼梯。"),
    ("云栖里小区电梯困人物业不修", "五栋电梯反复困人，云栖里小区物业以维修基金为由不修，请尽快处理。"),
]
# One filer's letters: the same turns of phrase, every time about another matter.
FORM_LETTERS = [
    ("供暖管网改造", "老城区的管网一到冬天就漏水，楼道里结冰，老人摔伤过两回，有何具体行动。"),
    ("图书馆延时开放", "周末想带孩子看书，馆门却五点就关，双职工家庭根本赶不上，有何具体行动。"),
    ("卫生院药品配备", "降压药总是断货，取药要坐车跑县城，一来一回大半天，有何具体行动。"),
    ("夜间公交开行", "晚班下来末班车早就走了，打车要四十块钱，工友都抱怨，有何具体行动。"),
    ("河道清淤", "夏天水面漂着死鱼，臭得开不了窗，蚊子成团地飞，有何具体行动。"),
    ("斑马线施划", "学生放学横穿四车道，要躲着货车跑，家长提心吊胆，有何具体行动。"),
    ("快递站规范", "包裹堆满人行道，轮椅婴儿车都过不去，行人走机动车道，有何具体行动。"),
    ("养老院消防检查", "电线裸露，灭火器过期三年，安全出口上了锁，有何具体行动。"),
    ("菜市场排水整治", "一下雨摊位前积水没过脚面，烂菜叶泡得发臭，有何具体行动。"),
]


@pytest.fixture(scope="module")
def ordinary():
    """Everyday texts, so that it is known which words are rare."""
    samples = list(corpus.seed_samples())[::12]
    return [Reader().read(Message(f"o{at}", each.title, each.text)) for at, each in enumerate(samples)]


def reads(texts, name, user=""):
    return [Reader().read(Message(f"{name}{at}", *text, user=user)) for at, text in enumerate(texts)]


def found(collection, *, least=2):
    """The issues as sets of message ids."""
    issues = group(collection, seed=0)
    return [{collection[at].id for at in issue.members} for issue in issues if len(issue.members) >= least]


def ids(*collections):
    return {each.id for collection in collections for each in collection}


def test_the_same_problem_at_the_same_place_is_one_issue_and_another_problem_there_is_another(ordinary):
    smoke, lift = reads(SMOKE, "s"), reads(LIFT, "l")
    issues = found([*ordinary, *smoke, *lift])
    assert [ids(each) in issues for each in (smoke, lift)] == [True, True]


def test_the_same_words_about_another_place_are_another_issue(ordinary):
    here, there = reads([SMOKE[0]] * 2, "h"), reads([SMOKE_ELSEWHERE[0]] * 2, "t")
    issues = found([*ordinary, *here, *there])
    assert [ids(each) in issues for each in (here, there)] == [True, True]


def test_copies_are_together_and_one_filers_form_letters_about_other_matters_are_apart(ordinary):
    copies, letters = reads([SMOKE[0]] * 5, "c"), reads(FORM_LETTERS, "f", user="u1")
    issues = found([*ordinary, *copies, *letters])
    assert ids(copies) in issues
    assert not any(len(issue & ids(letters)) > 1 for issue in issues)


def test_a_filers_turns_of_phrase_count_for_nothing_unless_all_letters_are_about_one_matter(ordinary):
    letters, insisting = reads(FORM_LETTERS, "f", user="u1"), reads(SMOKE * 3, "i", user="u2")
    collection = [*ordinary, *letters, *insisting]
    weights = Weights.of(collection)
    assert list(weights.habits) == ["u1"]
    assert weights.habits["u1"]["body_words"]["行动"] == 0
    assert ids(insisting) in found(collection)


@settings(max_examples=10, deadline=None)
@given(st.permutations([*SMOKE, *LIFT, *SMOKE_ELSEWHERE, SMOKE[0], ("", "")]), st.integers(0, 3))
def test_every_message_is_in_exactly_one_issue_whatever_the_order_and_the_processes(texts, seed):
    texts = [Reader().read(Message("/".join(text), *text)) for text in texts]
    ordered = sorted(texts, key=lambda each: each.id)
    issues = group(texts, seed=seed)
    assert sorted(at for issue in issues for at in issue.members) == list(range(len(texts)))
    assert all(issue.middle in issue.members for issue in issues)

    def named(collection, parts):
        return sorted(sorted(collection[at].id for at in part.members) for part in parts)

    assert named(texts, issues) == named(ordered, group(ordered, seed=seed, processes=2))


def test_members_are_in_the_order_of_their_times_those_without_one_last():
    days = (3, 1, None, 2)
    same = [
        Reader().read(Message(str(at), *SMOKE[0], datetime(2026, 5, day, tzinfo=UTC) if day else None))
        for at, day in enumerate(days)
    ]
    assert [issue.members for issue in group(same, seed=0)] == [(1, 3, 0, 2)]


def test_a_pair_alone_has_the_very_figures_that_it_has_in_the_collection(ordinary):
    collection = [*ordinary[:100], *reads(SMOKE, "s"), *reads(FORM_LETTERS, "f", user="u1")]
    vectors, weights = Vectors.of(collection), Weights.of(collection)
    one, other = np.array([0, 100, 101, 105, 106]), np.array([1, 101, 102, 106, 111])
    alone = [
        Side.of(collection[a], weights).figures(Side.of(collection[b], weights))
        for a, b in zip(one, other, strict=True)
    ]
    assert np.allclose(likeness.of_pairs(vectors, one, other), alone, atol=1e-5, equal_nan=True)
    assert np.allclose(likeness.among(vectors, np.arange(100, 112))[0, 1], alone[1], atol=1e-5, equal_nan=True)


def test_what_is_proposed_is_what_ranking_all_of_them_proposes(ordinary):
    vectors = Vectors.of([*ordinary, *reads(SMOKE * 10, "s"), *reads(LIFT * 10, "l")])
    postings = neighbours._postings(vectors, np.random.default_rng(0))
    alike = (postings @ postings.T).toarray()
    np.fill_diagonal(alike, 0)
    nearest = np.argsort(-alike, axis=1, kind="stable")[:, : neighbours.NEAREST]
    proposed = {(min(a, b), max(a, b)) for a, row in enumerate(nearest.tolist()) for b in row if alike[a, b]}
    assert set(zip(*map(np.ndarray.tolist, neighbours.pairs(vectors, seed=0)), strict=True)) == proposed


def test_a_coded_area_is_no_part_of_the_name_after_it():
    read = Reader().read(Message("1", "A7县云栖公园何时开工", "B市听澜路一直在修。"))
    assert "a7县" in read.title_words and not any(word.startswith("县") for word in read.title_words)
    assert read.names == ("云栖公园", "听澜路")


def test_what_letters_use_about_anything_names_nothing():
    read = Reader().read(Message("1", "A7县云栖里小区业主的公积金贷款办不下来", ""))
    assert "".join(read.name_words) == "云栖里"
    assert read.name_characters == list("云栖里") and read.title_characters[:4] == list("云栖里小")


def test_a_name_with_its_characters_in_another_order_is_still_that_name(ordinary):
    right, misspelt = (
        SMOKE[0],
        ("里云栖小区楼下烧烤店油烟没人管", "楼下的烧烤店没有装烟道，油烟往楼上飘，窗户都不敢开。"),
    )
    stranger = (misspelt[0].replace("里云栖", "听澜苑"), misspelt[1])
    one, same, other = reads([right, misspelt, stranger], "m")
    weights = Weights.of([*ordinary, one, same, other])
    assert pair(one, same, weights).chance > 0.5 > pair(one, other, weights).chance


def test_the_same_words_say_less_where_more_messages_are_alike_by_chance(ordinary):
    smoke, evidence = reads(SMOKE, "s"), FIGURES.index("evidence")
    few = Weights.of([*ordinary, *smoke])
    # Ten times the messages of which the same share has each word.
    many = Weights(10 * few.texts, few.rarities)
    said = [Side.of(smoke[0], weights).figures(Side.of(smoke[1], weights))[evidence] for weights in (few, many)]
    assert said[0] - said[1] == pytest.approx(np.log(10), abs=0.01)
    assert pair(smoke[0], smoke[1], few).chance > pair(smoke[0], smoke[1], many).chance


def test_up_to_the_size_of_learning_the_figures_say_what_was_learnt_and_beyond_it_less():
    learnt = likeness.shipped_model()
    constants = [learnt.among(messages).constant for messages in (0, 300, likeness.LEARNT_AMONG, 50_000, 1_000_000)]
    assert constants[:3] == [learnt.constant] * 3 and constants[2] > constants[3] > constants[4]


def test_the_longer_apart_the_less_likely_and_an_unknown_time_speaks_neither_way(ordinary):
    def of(name, year):
        return Reader().read(Message(name, *SMOKE[0], datetime(year, 1, 1, tzinfo=UTC) if year else None))

    first, same_day, later, unknown = of("1", 2025), of("2", 2025), of("3", 2026), of("4", None)
    weights = Weights.of([*ordinary, first, same_day, later, unknown])
    soon, late, never = (pair(first, other, weights).chance for other in (same_day, later, unknown))
    assert soon > never > late > 0.5


def test_a_pair_says_why(ordinary):
    smoke, lift = reads(SMOKE, "s"), reads(LIFT, "l")
    weights = Weights.of([*ordinary, *smoke, *lift])
    same = pair(smoke[0], smoke[2], weights)
    assert same.chance > 0.5 > pair(smoke[0], lift[0], weights).chance
    assert same.reasons[0] == "同一名称:云栖里小区"
    assert "烧烤店" in same.reasons[1]


def test_a_new_message_joins_its_issue_or_none(ordinary):
    smoke, lift = reads(SMOKE, "s"), reads(LIFT, "l")
    weights = Weights.of([*ordinary, *smoke, *lift])
    near = {"smoke": smoke[:2], "lift": lift, "none": ()}
    assert join(smoke[2], near, weights).key == "smoke"
    assert join(reads(SMOKE_ELSEWHERE, "e")[0], {"lift": lift}, weights) is None
    assert join(smoke[0], {}, weights) is None


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_any_text_can_be_read_and_grouped(text):
    each = Reader().read(Message("1", text, text))
    assert sorted(issue.members for issue in group([each, each], seed=0)) in ([(0, 1)], [(0,), (1,)])


# ── the score ──
def test_a_perfect_answer_scores_one_and_what_the_key_doubts_counts_neither_way():
    key = read_key(
        {"issue_id": issue, "message_id": message, "status": status}
        for issue, message, status in (
            *(("A", name, "core") for name in "abc"),
            ("A", "m", "maybe"),
            *(("B", name, "core") for name in "xyz"),
        )
    )
    perfect = issue_scores([["a", "b", "c"], ["x", "y", "z"], ["m"]], key)
    assert perfect == issue_scores([["a", "b", "c", "m"], ["x", "y", "z"]], key)
    assert (perfect.f1, perfect.found, perfect.b_cubed, perfect.pair_precision, perfect.pair_recall, perfect.top) == (
        (1.0,) * 6
    )


def test_strangers_and_missing_messages_cost():
    key = (KeyIssue("A", frozenset("abcd")), KeyIssue("B", frozenset("xy")))
    scores = issue_scores([["a", "b", "o", "p"], ["c"], ["d", "x"], ["y"]], key)
    assert (scores.issues, scores.messages, scores.f1, scores.found) == (1, 6, 0.5, 0.0)
    assert (scores.pair_precision, scores.pair_recall) == (1 / 2, 1 / 7)
    assert issue_scores([[name] for name in "abcdxy"], key).f1 == pytest.approx(0.4)


# ── the command ──
TIMES = ("2026/5/3 8:05:01", "2026-05-01", "20260502")
ROWS = [*((f"s{at}", *SMOKE[at], time) for at, time in enumerate(TIMES)), ("f0", *FORM_LETTERS[0], "前天")]


def grouped(tmp_path, rows, columns=("id", "title", "body", "time"), encoding="utf-8", name="in.csv"):
    file, out, said, problems = tmp_path / name, tmp_path / f"out-{name}", StringIO(), StringIO()
    with file.open("w", encoding=encoding, newline="") as lines:
        csv.writer(lines).writerows([columns, *rows])
    call_command("group_issues", file=file, out=out, stdout=said, stderr=problems)
    with out.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines)), problems.getvalue(), out.read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_files_rows_come_back_with_their_issue(tmp_path, ordinary, encoding):
    others = [(each.id, each.title, each.title, "") for each in ordinary]
    rows, problems, _ = grouped(tmp_path, [*others, *ROWS], encoding=encoding)
    first, second, third, alone = rows[len(others) :]
    assert {row["id"] for row in (first, second, third)} == {"s0", "s1", "s2"}
    assert first["issue_id"] == second["issue_id"] == third["issue_id"] != ""
    assert first["issue_title"] in {title for title, _ in SMOKE}
    assert (alone["issue_id"], alone["issue_title"], alone["time"]) == ("", "", "前天")
    assert problems.count("看不懂") == 1 and "id f0" in problems


def test_the_same_file_gives_the_very_same_answer(tmp_path):
    assert grouped(tmp_path, ROWS, name="1.csv")[2] == grouped(tmp_path, ROWS, name="2.csv")[2]


@pytest.mark.parametrize(
    ("columns", "rows", "says"),
    [
        (("id", "title", "body"), [("1", "停水", "停水了")], "缺少列:time"),
        (("id", "title", "time"), [("1", "停水", "")], "缺少列:body"),
        (("id", "title", "body", "time"), [], "没有数据行"),
        (("id", "title", "body", "time"), [("1", "停水", "水" * 200_000, "")], "不是可以读取的 CSV"),
    ],
)
def test_what_is_no_file_of_messages_is_refused_in_a_sentence(tmp_path, request, columns, rows, says):
    usual = csv.field_size_limit(131_072)  # an import in the same process may have raised it
    request.addfinalizer(lambda: csv.field_size_limit(usual))
    with pytest.raises(CommandError, match=says):
        grouped(tmp_path, rows, columns)


@pytest.mark.parametrize(
    "empty", ["求助", "有个情况想请教", "咨询一下", "尊敬的领导您好", "关于一些问题的反映", "再次投诉，请尽快回复"]
)
def test_an_issue_is_not_called_by_a_title_that_says_nothing(empty):
    members = reads([(empty, SMOKE[0][1]), *SMOKE[1:]], "s")
    assert titles.title(members, 0, SMOKE[0][1]) in {title for title, _ in SMOKE[1:]}
    nobody = reads([(empty, body) for _, body in SMOKE], "n")
    assert titles.title(nobody, 0, f"您好。我是业主，{SMOKE[0][1]}") == "我是业主，云栖里小区三栋楼下的烧烤店没有装烟道"


def test_an_issue_is_called_by_who_is_most_like_all_others_unless_another_title_says_more():
    members = reads(SMOKE, "s")
    assert [titles.title(members, middle, "") for middle in (0, 1)] == [title for title, _ in SMOKE[:2]]
    assert titles.title(members, 2, "") == SMOKE[0][0], "门口烧烤店 alone is no complaint"
    nowhere = reads([("楼下油烟太大", SMOKE[0][1]), *SMOKE[1:]], "n")
    assert titles.title(nowhere, 0, SMOKE[0][1]) == SMOKE[1][0]


def test_a_title_is_not_taken_from_a_member_that_is_about_something_else_there():
    members = reads(
        [("投诉云栖里小区", SMOKE[0][1]), *SMOKE[1:], ("云栖里小区篮球场灯光刺眼", "篮球场的灯太亮。")], "m"
    )
    assert titles.title(members, 0, SMOKE[0][1]) in {title for title, _ in SMOKE[1:]}
    assert titles.title([members[0], members[3]], 0, SMOKE[0][1]) == "投诉云栖里小区"


@pytest.mark.parametrize("text", NASTY)
def test_any_text_gives_a_title_and_an_empty_one_an_empty_title(text):
    [read] = reads([("求助", text)], "x")
    assert 0 < len(titles.title([read], 0, text)) <= titles.LONGEST
    assert titles.title(reads([("", "")], "e"), 0, "") == ""
