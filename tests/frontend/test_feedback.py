"""Call-back desk, rating link and reopening as pages: who may open what, and what nobody learns."""

import re

import pytest
from django.core.cache import cache

from frontend import limits
from petitions import access, errors
from petitions.models import Rating
from petitions.services import callback, listening, rating, wishes
from petitions.services.callback import Said
from petitions.services.rating import Extra
from petitions.states import CaseState
from routing.models import Parameter
from tests import make

ANSWERS = {"contacted": "yes", "solved": "yes", "satisfaction": "satisfied"}
CALLED = ANSWERS | {"attitude": "satisfied", "result": "reached"}


@pytest.fixture(autouse=True)
def no_guesses_yet():
    cache.clear()


@pytest.fixture
def unit(city):
    return make.a_unit(name="望河街道办事处")


@pytest.fixture
def waiting(unit):
    return make.a_case(state=CaseState.PENDING_CALLBACK, unit=unit)


def link_of(case) -> str:
    return f"/c/rate/{access.rating_token(make.invitation_of(case).pk)}/"


def text_of(answer) -> str:
    return answer.content.decode()


# ── the link ──
def test_a_citizen_rates_without_login_and_without_script(client, waiting):
    page = client.get(link_of(waiting))
    answer = client.post(link_of(waiting), ANSWERS | {"pressed": "yes", "attitude": "unsatisfied"})

    given = Rating.objects.get(petition=waiting)
    assert page.status_code == 200
    assert "谢谢您的评价" in text_of(answer)
    assert (given.pressed, given.attitude, make.fresh(waiting).state) == (True, "unsatisfied", CaseState.CLOSED)


@pytest.mark.parametrize(("said", "kept"), [("yes", True), ("no", False), ("", None)])
def test_whether_somebody_pressed_may_be_left_open(client, waiting, said, kept):
    client.post(link_of(waiting), ANSWERS | {"pressed": said})

    assert Rating.objects.get(petition=waiting).pressed is kept


def test_what_was_ticked_is_still_there_when_an_answer_is_missing(client, waiting):
    answer = client.post(link_of(waiting), {"contacted": "yes", "solved": "no"})

    assert answer.status_code == 422
    assert re.search(r'value="no"[^>]*checked', text_of(answer))
    assert "请选择满意不满意。" in text_of(answer)


@pytest.mark.parametrize(
    "make_link", [lambda link: link[:-2] + "x/", lambda link: "/c/rate/1.abc/", lambda link: link + "x/"]
)
def test_a_forged_link_says_that_it_is_wrong(client, waiting, make_link):
    answer = client.post(make_link(link_of(waiting)), ANSWERS)

    assert answer.status_code == 404
    assert make.fresh(waiting).state == CaseState.PENDING_CALLBACK


def test_a_used_link_says_that_it_was_used(client, waiting):
    link = link_of(waiting)
    client.post(link, ANSWERS)

    again = client.post(link, ANSWERS | {"solved": "no"})

    assert (again.status_code, Rating.objects.get(petition=waiting).solved) == (410, "yes")
    assert "您已经评价过了" in text_of(again)


def test_an_expired_link_says_whom_to_call(client, waiting):
    Rating.objects.filter(petition=waiting).update(expires_at=make.NOW)

    answer = client.get(link_of(waiting))

    assert answer.status_code == 410
    assert "12345" in text_of(answer)


def test_guessing_is_stopped_with_a_sentence_and_does_not_show_which_link_was_right(client, waiting):
    for number in range(limits.MOST):
        assert client.get(f"/c/rate/{number}.wrong/").status_code == 404

    guessed, right = client.get("/c/rate/9.wrong/"), client.get(link_of(waiting))
    elsewhere = client.get(link_of(waiting), REMOTE_ADDR="192.0.2.7")

    assert (guessed.status_code, right.status_code) == (429, 429)
    assert errors.TooManyTries().message in text_of(right)
    assert elsewhere.status_code == 200, "the citizen's own phone is not the one that guessed"


def test_right_links_never_use_up_the_tries(client, waiting):
    for _ in range(limits.MOST + 2):
        assert client.get(link_of(waiting)).status_code == 200


# ── the handler and the link ──
def test_a_handler_who_has_the_link_cannot_use_it_while_logged_in(client, waiting, unit):
    client.force_login(make.a_handler(of=unit))

    answer = client.post(link_of(waiting), ANSWERS)

    assert answer.status_code == 403
    assert errors.StaffMayNotRate().message in text_of(answer)
    assert make.fresh(waiting).state == CaseState.PENDING_CALLBACK


def test_no_page_or_feed_of_a_handler_holds_the_link_or_what_it_is_made_of(client, waiting, unit):
    token = access.rating_token(make.invitation_of(waiting).pk)
    signature, digest = token.split(".", 1)[1], access.digest(token)

    for person in (make.a_handler(of=unit), make.a_head(of=unit)):
        client.force_login(person)
        for address in (
            "/unit/",
            "/cases/",
            "/requests/",
            "/requests/register/",
            f"/cases/{waiting.no}/",
            f"/cases/{waiting.no}/live/",
            f"/cases/{waiting.no}/pack/",
        ):
            seen = text_of(client.get(address))
            assert (token in seen, signature in seen, digest in seen, "/c/rate/" in seen) == (False,) * 4, address


def test_a_handler_cannot_open_the_pages_that_hold_notices_or_answers(client, waiting, unit):
    client.force_login(make.a_handler(of=unit))

    for address in ("/deliveries/", "/supervise/pressed/", "/supervise/wishes/", "/callback/", "/callback/listening/"):
        assert client.get(address).status_code == 403, address


def test_one_token_says_nothing_about_the_next(waiting, unit):
    other = make.a_case(state=CaseState.PENDING_CALLBACK, unit=unit)
    mine, theirs = (make.invitation_of(case).pk for case in (waiting, other))
    known = access.rating_token(mine)

    guessed = f"{theirs}.{known.split('.', 1)[1]}"

    assert not access.is_rating_token(guessed)
    assert access.is_rating_token(access.rating_token(theirs))


# ── what only supervision reads ──
def test_pressing_is_read_by_supervisors_and_nowhere_else(client, waiting, unit):
    rating.rate(link_of(waiting).split("/")[3], make.SATISFIED, Extra(pressed=True), now=make.NOW)

    client.force_login(make.a_supervisor())
    assert waiting.no in text_of(client.get("/supervise/pressed/"))
    for person in (make.a_head(of=unit), make.a_caller_back(), make.a_reviewer(), make.a_center()):
        client.force_login(person)
        assert client.get("/supervise/pressed/").status_code == 403
    assert not any("pressed" in event.data for event in waiting.events.all()), "not in the history either"


# ── the desk ──
def test_the_desk_names_nobody_who_handled_the_case(client, waiting, unit):
    author = waiting.replies.get().author
    waiting.answer = f"{unit.name}{author.name}已到场修好。"
    waiting.save(update_fields=["answer"])
    client.force_login(make.a_caller_back())

    page = text_of(client.get("/callback/"))

    assert "承办单位承办人员已到场修好。" in page
    assert unit.name not in page


def test_the_script_and_the_reasons_are_the_citys_own(client, waiting):
    Parameter.objects.update_or_create(key="callback.script", defaults={"value": {"opening": "您好，打扰一下。"}})
    Parameter.objects.update_or_create(key="callback.reasons", defaults={"value": ["没人来", "没修好"]})
    client.force_login(make.a_caller_back())

    page = text_of(client.get("/callback/"))

    assert "您好，打扰一下。" in page
    assert re.search(r'value="没修好"[^>]*data-digit="2"', page)


def test_every_answer_has_a_digit(client, waiting):
    client.force_login(make.a_caller_back())

    page = text_of(client.get("/callback/"))
    radios = re.findall(r'<input type="radio"[^>]*>', page)

    assert len(radios) == 20  # 2 contacted, 3 solved, 5 outcome, 5 treatment, 5 reasons
    assert all(re.search(r'data-digit="[1-5]"', radio) for radio in radios)


def test_outcome_and_treatment_are_asked_apart_and_a_bad_answer_has_its_reason(client, waiting):
    client.force_login(make.a_caller_back())

    missing = client.post("/callback/", {"case": waiting.no, **ANSWERS, "result": "reached"})
    no_reason = client.post("/callback/", {"case": waiting.no, **CALLED, "attitude": "unsatisfied"})
    done = client.post("/callback/", {"case": waiting.no, **CALLED, "attitude": "unsatisfied", "reason": "态度不好"})

    assert (missing.status_code, no_reason.status_code, done.status_code) == (422, 422, 302)
    assert "不满意要记下原因。" in text_of(no_reason)
    assert (waiting.callbacks.get().attitude, make.fresh(waiting).state) == ("unsatisfied", CaseState.CLOSED)


def test_one_button_sends_the_case_back(client, waiting):
    client.force_login(make.a_caller_back())

    client.post("/callback/", {"case": waiting.no, **CALLED, "solved": "no", "result": "again"})

    assert make.fresh(waiting).state == CaseState.REHANDLING


def test_a_second_unanswered_call_in_the_same_half_day_is_refused_and_says_until_when(client, waiting):
    client.force_login(make.a_caller_back())
    client.post("/callback/", {"case": waiting.no, "result": "no_answer"})

    again = client.post("/callback/", {"case": waiting.no, "result": "no_answer"})

    assert again.status_code == 409
    assert "这半天已经拨过" in text_of(again)
    assert waiting.callbacks.count() == 1


def test_another_person_listens_and_disagreement_reaches_supervision(client, waiting):
    caller = make.a_caller_back()
    callback.record(waiting.pk, actor=caller, result="reached", said=make.SATISFIED)
    made = waiting.callbacks.get()

    client.force_login(caller)
    assert waiting.no not in text_of(client.get("/callback/listening/"))
    client.force_login(make.a_caller_back())
    assert waiting.no in text_of(client.get("/callback/listening/"))
    client.post(f"/callback/{made.pk}/heard/", {"agrees": "no", "note": "市民说没有解决"})

    assert "市民说没有解决" in text_of(client.get("/callback/listening/?tab=disagreed"))
    with pytest.raises(listening.errors.AlreadyHeard):
        listening.note(made.pk, actor=make.a_supervisor(), agrees=True)


# ── reopening ──
@pytest.fixture
def closed(unit):
    case = make.a_case(state=CaseState.PENDING_CALLBACK, unit=unit)
    callback.record(case.pk, actor=make.a_caller_back(), result="reached", said=Said(True, "no", "unsatisfied"))
    return make.fresh(case)


def opened_by_its_citizen(client, case):
    client.post("/c/track/", {"no": case.no, "code": access.query_code(case.no)})


def test_the_citizen_asks_and_reads_what_the_supervisor_answered(client, closed):
    opened_by_its_citizen(client, closed)
    assert f"/c/case/{closed.no}/reopen/" in text_of(client.get(f"/c/case/{closed.no}/"))

    client.post(f"/c/case/{closed.no}/reopen/", {"reason": "灯又不亮了"})
    waiting_page = text_of(client.get(f"/c/case/{closed.no}/"))
    wish = closed.reopen_wishes.get()
    supervisor = type(client)()
    supervisor.force_login(make.a_supervisor())
    assert "灯又不亮了" in text_of(supervisor.get("/supervise/wishes/"))
    supervisor.post(f"/supervise/wishes/{wish.pk}/", {"verdict": "refuse", "decision": "已现场核实"})

    assert "正在研究" in waiting_page
    assert "已现场核实" in text_of(client.get(f"/c/case/{closed.no}/"))
    assert make.fresh(closed).state == CaseState.CLOSED


def test_who_has_not_opened_the_case_cannot_ask(client, closed):
    answer = client.post(f"/c/case/{closed.no}/reopen/", {"reason": "x"})

    assert answer.status_code == 302
    assert not closed.reopen_wishes.exists()


def test_an_empty_wish_is_asked_for_its_reason(client, closed):
    opened_by_its_citizen(client, closed)

    answer = client.post(f"/c/case/{closed.no}/reopen/", {"reason": "  "})

    assert answer.status_code == 422
    assert "请写明哪里没有解决。" in text_of(answer)


def test_an_answer_without_words_for_the_citizen_is_refused(client, closed):
    wish = wishes.ask(closed.pk, reason="又坏了")
    client.force_login(make.a_supervisor())

    empty = client.post(f"/supervise/wishes/{wish.pk}/", {"verdict": "accept", "decision": ""})
    agreed = client.post(f"/supervise/wishes/{wish.pk}/", {"verdict": "accept", "decision": "请原单位再去"})

    assert (empty.status_code, agreed.status_code) == (422, 302)
    assert make.fresh(closed).state == CaseState.IN_PROGRESS
