import csv
from pathlib import Path
from time import process_time

import pytest

from nlp.core import demand, points, reply
from nlp.core.clean import clean
from nlp.core.reply import COPIED, IMPOLITE, PERSONAL, POINT_MISSED, PROMISE, Earlier, check
from tests.nlp.nasty import MEGABYTE, NASTY

GOLDEN = Path(__file__).parent.parent / "golden" / "reply_findings.csv"
POINTS = GOLDEN.with_name("reply_points.csv")
GOOD = (
    "您好：11月19日，青山街道会同区城管局到建设路工地现场核查，反映的夜间施工情况属实，"
    "已责令停止夜间施工并立案处罚。联系电话：010-65551234。"
)


def golden() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", golden(), ids=lambda row: row["reply"][:24])
def test_the_golden_answers_get_their_findings_and_no_others(row):
    earlier = [Earlier("JS20261120000417", row["earlier"])] if row["earlier"] else []
    found = check(row["complaint"], row["reply"], earlier=earlier)
    assert {each.code for each in found} == set(row["findings"].split())


def test_the_golden_set_has_good_answers_and_every_finding():
    rows = golden()
    codes = {code for row in rows for code in row["findings"].split()}
    assert len(rows) >= 60
    assert sum(not row["findings"] for row in rows) >= 15
    assert codes == {
        reply.TOO_SHORT, reply.EMPTY, POINT_MISSED, reply.NO_UNIT, reply.NO_CONTACT, reply.NO_DATE, reply.NO_BASIS,
        IMPOLITE, PERSONAL, COPIED, PROMISE,
    }  # fmt: skip


def pairs(part: str) -> list[dict[str, str]]:
    with POINTS.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["part"] == part]


def judged_points(part: str) -> tuple[float, float]:
    """Precision and recall of the missed points, each matched by its words."""
    right = wanted = given = 0
    for row in pairs(part):
        want = [words for words in row["missed"].split("；") if words]
        got = [each.evidence for each in check(row["complaint"], row["reply"]) if each.code == POINT_MISSED]
        right += sum(any(words in each for each in got) for words in want)
        wanted, given = wanted + len(want), given + len(got)
    return right / given, right / wanted


@pytest.mark.parametrize(("part", "precision", "recall"), [("dev", 0.9, 0.9), ("held", 0.65, 0.65)])
def test_missed_points_keep_their_floors(part, precision, recall):
    """The half called held was never looked at while the rules were made: its floor is what can be promised."""
    found = judged_points(part)
    assert len(pairs(part)) >= 30
    assert found[0] >= precision
    assert found[1] >= recall


def test_each_point_is_shown_with_the_sentence_that_meets_it():
    asked, answer = "请修好路灯，并赔偿我的损失。", "您好。照明线路已于11月20日修复，如有疑问请致电。"
    lamp, money = points.find(asked, demand.find(asked), answer)
    assert (lamp.text, answer[lamp.found : lamp.until]) == ("请修好路灯", "照明线路已于11月20日修复，如有疑问请致电")
    assert (money.text, money.is_met) == ("赔偿我的损失", False)


def test_repeating_the_complaint_does_not_answer_it():
    asked = "请求在校门口安装红绿灯。"
    (point,) = points.find(asked, demand.find(asked), "关于您反映的安装红绿灯问题，已收悉。我们将努力工作。")
    assert not point.is_met


def test_evidence_of_a_missed_demand_points_into_the_complaint():
    asked = "电梯里有异响，要求更换钢丝绳。"
    (found,) = (each for each in check(asked, GOOD) if each.code == POINT_MISSED)
    assert found.where == reply.COMPLAINT
    assert clean(asked).text[found.start : found.end] == found.evidence == "要求更换钢丝绳"


@pytest.mark.parametrize("wish", ["希望得到公平的待遇", "希望区县政府顺应民心", "恳求还原事实真相"])
def test_a_wish_that_names_nothing_is_no_missed_point(wish):
    assert POINT_MISSED not in {each.code for each in check(f"工地夜间施工，{wish}。", GOOD)}


def test_evidence_of_a_rude_word_points_into_the_reply():
    answer = GOOD + "请不要无理取闹。"
    (found,) = check("工地夜间施工，请制止夜间施工。", answer)
    assert (found.code, clean(answer).text[found.start : found.end]) == (IMPOLITE, "无理取闹")


def test_the_offices_own_number_is_no_personal_data():
    answer = GOOD + "联系人：王科长，联系电话：13900001234。"
    assert PERSONAL not in {each.code for each in check("请制止夜间施工。", answer)}


def test_an_answer_about_the_same_matter_in_other_words_is_not_copied():
    other = Earlier("JS1", "您好，建设路工地已于11月2日办理夜间施工许可，街道将督促其缩短时间。电话65551234。")
    assert COPIED not in {each.code for each in check("请制止夜间施工。", GOOD, earlier=[other])}


def test_the_copied_case_is_named():
    (found,) = check("请制止夜间施工。", GOOD, earlier=[Earlier("JS20261120000417", GOOD)])
    assert found.code == COPIED
    assert "JS20261120000417" in found.sentence


@pytest.mark.parametrize("text", [*NASTY.values(), *MEGABYTE.values()], ids=[*NASTY, *MEGABYTE])
def test_hostile_text_is_checked_in_bounded_time(text):
    started = process_time()
    check(text, text, earlier=[Earlier("JS1", text)])
    assert process_time() - started < 6
