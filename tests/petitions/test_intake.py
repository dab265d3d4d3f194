"""A contact comes in: everything is taken, nothing twice, and what cannot be taken is refused with a sentence."""

from datetime import UTC, datetime, timedelta

import pytest

from petitions import errors
from petitions.models import TEXT_LIMIT, Caller, Event, Link, Outbox, Petition, Suggestion
from petitions.services import intake, suggest
from petitions.services.contact import Contact
from petitions.services.intake import Handling
from petitions.states import CaseState, Outcome
from routing.models import Area, DeadlineRule, Parameter
from tests import make


def submitted(*, key="web-1", now=make.NOW, phone=make.PHONE, matter=None, **more) -> Petition:
    matter = matter or make.a_matter()
    return intake.submit(matter, make.a_contact(phone=phone), key=key, now=now, **more)


def test_a_call_becomes_a_case_with_its_history_its_caller_and_its_notice(city):
    operator = make.an_operator()

    case = make.a_call(by=operator)

    assert case.state == CaseState.PENDING_REVIEW
    assert case.registered_by == operator
    assert case.caller.phone == make.PHONE
    assert make.history(case) == ["create: ∅ → draft", "submit: draft → pending_review"]
    assert list(case.outbox.values_list("topic", flat=True)) == ["case-received"]
    assert case.due_at > make.NOW


def test_the_same_key_gives_the_same_case(city):
    first = make.a_call(key="pressed-twice")

    second = make.a_call(key="pressed-twice")

    assert first.pk == second.pk
    assert Petition.objects.count() == 1
    assert Event.objects.filter(petition=first).count() == 2


def test_the_same_key_with_another_text_is_refused_and_names_the_case(city):
    first = make.a_call(key="pressed-twice")

    with pytest.raises(errors.AlreadyEntered) as refused:
        make.a_call(key="pressed-twice", text="改了几个字再点一次")

    assert first.no in refused.value.message
    assert Petition.objects.count() == 1


def test_the_same_number_of_another_system_gives_the_same_case(city):
    first = submitted(key="a", source="province", external_id="P-77")

    second = submitted(key="b", source="province", external_id="P-77")

    assert first.pk == second.pk
    assert submitted(key="c", source="other", external_id="P-77").pk != first.pk


@pytest.mark.parametrize("key", ["", "k" * 81])
def test_without_a_usable_key_nothing_is_taken(city, key):
    with pytest.raises(errors.NoKey):
        submitted(key=key)

    assert not Petition.objects.exists()


def test_the_same_person_is_one_caller_however_the_number_is_written(city):
    for number, written in enumerate(["138 0000 1111", "+86 138-0000-1111", "13800001111"]):
        submitted(key=str(number), phone=written)

    assert Caller.objects.count() == 1
    assert Petition.objects.filter(caller=Caller.objects.get()).count() == 3


def test_what_a_caller_says_later_fills_gaps_and_overwrites_nothing(city):
    intake.submit(make.a_matter(), Contact(name="王小明", phone=make.PHONE), key="1", now=make.NOW)

    again = Contact(name="李四", phone=make.PHONE, address="望河花园 3 号楼")
    intake.submit(make.a_matter(), again, key="2", now=make.NOW)

    caller = Caller.objects.get()
    assert (caller.name, caller.address) == ("王小明", "望河花园 3 号楼")


def test_a_case_keeps_what_was_suggested_and_what_the_person_chose(city):
    case = make.a_call(category_code=make.LEAF)

    category = Suggestion.objects.get(petition=case, kind="category")
    assert case.category.code == make.LEAF
    assert category.chosen == make.LEAF


def test_an_area_that_does_not_exist_is_not_taken_over(city):
    assert submitted(matter=make.a_matter(area_id=999_999)).area_id is None


# ── the ways of handling ──
def test_a_direct_answer_ends_the_case_and_keeps_the_answer(city):
    case = make.a_call(handling=Handling(way="answer", answer="周一至周五办理", basis="办事指南第 3 条"))

    assert (case.state, case.outcome, case.answer) == (CaseState.ANSWERED, Outcome.ANSWERED, "周一至周五办理")


def test_a_referral_ends_the_case_and_names_the_channel(city):
    case = make.a_call(handling=Handling(way="refer", referral="court"))

    assert (case.state, case.outcome, case.referral) == (CaseState.REFERRED, Outcome.REFERRED, "court")


def test_a_call_that_lacks_something_waits_and_the_caller_is_asked(city):
    case = make.a_call(handling=Handling(way="wait", missing=("门牌号", "发生时间")))

    assert (case.state, case.missing) == (CaseState.AWAITING_INFO, ["门牌号", "发生时间"])
    assert "info-wanted" in case.outbox.values_list("topic", flat=True)


def test_a_missing_element_told_at_length_is_kept_whole_in_the_history(city):
    long = "请补充事发时的具体门牌号、楼层、房间号以及当时在场的其他人员的联系方式和能证明情况的照片材料等等"

    case = make.a_call(handling=Handling(way="wait", missing=(long,)))

    assert long.startswith(case.missing[0])
    assert case.events.get(action="ask_for_info").data == {"missing": [long]}


def test_a_call_about_an_open_case_urges_it_and_is_no_second_case(city):
    unit = make.a_unit()
    lead = make.a_case(unit=unit)

    case = make.a_call(handling=Handling(way="merge", lead_id=lead.pk))

    assert (case.state, case.lead_id) == (CaseState.MERGED, lead.pk)
    assert make.fresh(lead).urged == 1
    assert "urge" in make.actions(lead)
    assert lead.outbox.filter(topic="case-urged").count() == 1
    assert Link.objects.filter(from_case=case, to_case=lead, kind="merged").count() == 1


def test_a_call_cannot_be_merged_into_a_closed_case(city):
    lead = make.a_case(state=CaseState.CLOSED)

    with pytest.raises(errors.LeadNotOpen):
        make.a_call(handling=Handling(way="merge", lead_id=lead.pk))

    assert make.fresh(lead).urged == 0


def test_an_unknown_way_is_refused_by_name(city):
    with pytest.raises(errors.UnknownWay):
        make.a_call(handling=Handling(way="throw away"))

    assert not Petition.objects.exists()


@pytest.mark.parametrize("way", ["review", "draft", "answer", "wait"])
def test_a_units_handler_takes_no_calls(city, way):
    handler = make.a_handler(of=make.a_unit())
    handling = Handling(way=way, answer="好", basis="好", missing=("地址",))

    with pytest.raises(errors.NotYours):
        make.a_call(by=handler, handling=handling)

    assert not Petition.objects.exists()


# ── automatic dispatch ──
def test_written_rules_dispatch_only_when_the_switch_is_on(city):
    grid = Area.objects.filter(level="grid").first()
    by_hand = make.a_call(area_id=grid.pk)
    Parameter.objects.filter(key="auto_dispatch.enabled").update(value=True)

    by_rule = make.a_call(area_id=grid.pk)

    assert (by_hand.state, by_rule.state) == (CaseState.PENDING_REVIEW, CaseState.IN_PROGRESS)
    dispatched = by_rule.events.get(action="dispatch")
    assert dispatched.actor.is_system
    assert dispatched.reason.startswith("按派单目录自动派单")


def test_an_urgent_call_goes_to_a_person_although_the_switch_is_on(city):
    Parameter.objects.filter(key="auto_dispatch.enabled").update(value=True)
    grid = Area.objects.filter(level="grid").first()

    case = make.a_call(area_id=grid.pk, text="楼下煤气泄漏了，有人晕倒，快来救人!")

    assert case.state == CaseState.PENDING_REVIEW


# ── bad input: a named refusal or a stored case, never anything else ──
NASTY = {
    "control characters": "路灯\x00坏\x07了\x1b[31m\r\n请\u2028修",
    "lone surrogates": "路灯\ud800坏了\udfff",
    "emoji": "路灯坏了😡👨‍👩‍👧‍👦🏳️‍🌈,摔跤🤕",
    "traditional": "樓下餐館油煙擾民，臺灣路口號誌燈壞了",
    "html": "<script>alert(1)</script><b onclick=x>路灯</b>&amp;坏了",
    "sql": "'; DROP TABLE petitions_petition; -- 路灯坏了 %s %(x)s {0} \\",
    "tsquery": "a & b | !c <-> 'd' :* \\",
    "one character": "灯",
    "only marks": "!!!???。。。",
    "right to left": "\u202e坏了灯路\u202c مرحبا",
    "combining": "Z" + "\u0301" * 500,
    "a long word": "a" * 15_000,
    "one repeated character": "坏" * TEXT_LIMIT,
    "many lines": "\n".join("路灯坏了" for _ in range(2_000)),
    "different words up to the limit": "".join(chr(0x4E00 + n % 20_000) for n in range(TEXT_LIMIT)),
    "numbers": "13800001111 110101199001011234 6222020200011112222 2026-11-20 10:30",
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_nasty_text_becomes_a_case_that_says_what_was_said(city, text):
    case = submitted(matter=make.a_matter(text=text, title=text[:300], address=text[:300]))

    kept = make.fresh(case)
    assert kept.state == CaseState.PENDING_REVIEW
    assert kept.text
    assert not set(kept.text + kept.title + kept.address) & set("\x00\x07\x1b\ud800\udfff")
    assert len(kept.title) <= 200
    assert len(kept.address) <= 200


@pytest.mark.parametrize("text", ["", "   ", "\n\t \u3000", "\x00\x01"], ids=["empty", "blanks", "spaces", "controls"])
def test_nothing_said_is_refused_by_name(city, text):
    with pytest.raises(errors.NoText):
        submitted(matter=make.a_matter(text=text))


def test_a_megabyte_is_refused_by_name_and_says_how_long_it_was(city):
    with pytest.raises(errors.TextTooLong, match="1000000 字"):
        submitted(matter=make.a_matter(text="长" * 1_000_000))

    assert not Petition.objects.exists()


@pytest.mark.parametrize(
    "phone", ["12", "abc", "1" * 40, "138-0000-11112222", "☎", "' OR 1=1 --", "\x00", "+999 1", "壹叁捌"]
)
def test_a_bad_number_is_refused_by_name(city, phone):
    with pytest.raises((errors.BadPhone, errors.NoContact)):
        submitted(phone=phone)

    assert not Petition.objects.exists()


def test_nobody_to_call_back_is_refused_by_name(city):
    with pytest.raises(errors.NoContact):
        submitted(phone="")


@pytest.mark.parametrize("field", ["name", "address", "account"])
@pytest.mark.parametrize(
    "value", ["王\x00明", "\ud800", "<b>王</b>", "王" * 5_000], ids=["NUL", "surrogate", "html", "long"]
)
def test_nasty_contact_data_is_kept_readable(city, field, value):
    intake.submit(make.a_matter(), make.a_contact(**{field: value}), key="nasty", now=make.NOW)

    kept = getattr(Caller.objects.get(), field)
    assert "\x00" not in kept and "\ud800" not in kept


@pytest.mark.parametrize(
    "received_at",
    [make.NOW + timedelta(seconds=1), datetime(2999, 1, 1, tzinfo=UTC), datetime(1989, 12, 31, tzinfo=UTC)],
    ids=["in a second", "far future", "ancient"],
)
def test_an_impossible_time_is_refused_by_name(city, received_at):
    with pytest.raises(errors.BadTime):
        submitted(received_at=received_at)


def test_an_old_message_keeps_its_own_time(city):
    received_at = datetime(2015, 3, 1, 1, 0, tzinfo=UTC)

    case = submitted(received_at=received_at)

    assert make.fresh(case).received_at == received_at
    assert case.no.startswith("LJ20150301")


def test_odd_labels_are_dropped_rather_than_stored_or_fatal(city):
    matter = make.a_matter(request_type="no such type", category_code="99.99.99", tags=("标签" * 40, "\x00七有"))

    case = make.fresh(submitted(matter=matter))

    assert (case.request_type, case.category_id) == ("", None)
    assert case.tags == [("标签" * 40)[:30], "七有"]


def test_a_refused_contact_leaves_no_caller_and_no_notice_behind(city):
    with pytest.raises(errors.NoAnswer):
        make.a_call(handling=Handling(way="answer", answer=" ", basis="依据"))

    assert not Caller.objects.exists()
    assert not Outbox.objects.exists()


# ── the rules judge a case by when and how it was said ──
def test_tags_and_the_hour_of_the_call_choose_the_entry_of_the_catalogue(city):
    night = datetime(2026, 11, 19, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai

    case = make.a_call(category_code="10.02.01", area_id=Area.objects.get(code="LJ0202").pk, now=night)
    tagged = make.a_call(category_code="12.03.02", area_id=Area.objects.get(code="LJ020103").pk, tags=("无物业",))

    assert "22:00—06:00" in case.route_reasons[0]
    assert tagged.proposed_department.code == "LJ02-HOUSING"


def test_a_limit_that_runs_into_an_unannounced_year_says_that_it_may_move(city):
    DeadlineRule.objects.filter(stage="handle", tier="N").update(mode="working_day")
    firm, moving = (datetime(2026, 11, day, 2, tzinfo=UTC) + timedelta(days=31 * (day == 30)) for day in (20, 30))

    said = [make.a_call(category_code=make.LEAF, now=now).route_reasons[-1] for now in (firm, moving)]

    assert "尚未公布" not in said[0]
    assert said[1] == "2027年节假日安排尚未公布，期限为暂算，公布后可能变化。"


def test_noise_at_night_is_still_noise_at_night_when_it_is_looked_at_in_the_morning(city):
    night, morning = (datetime(2026, 11, 19, 15, 30, tzinfo=UTC), datetime(2026, 11, 20, 1, tzinfo=UTC))

    seen = suggest.preview("工地在施工", category_code="10.02.01", address="鹭洲街道", said_at=night, now=morning)

    assert "22:00—06:00" in seen.decision.reasons[0]
