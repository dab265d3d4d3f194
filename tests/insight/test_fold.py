"""What the history of one case counts for."""

from datetime import UTC, datetime, timedelta

from petitions.insight.fold import Mark, Step, fold

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
STREET, BUREAU = 7, 8


def case(action: str, after: str = "", *, hours: float = 0, **data) -> Step:
    return Step(NOW + timedelta(hours=hours), "case", None, None, action, after, data)


def part(action: str, unit: int = STREET, *, about: int = 1, hours: float = 0, **data) -> Step:
    return Step(NOW + timedelta(hours=hours), "assignment", about, unit, action, "", data)


BORN = [case("create", "pending_review", channel="phone"), case("dispatch", "in_progress", assessment="three_rates")]
TAKEN = [*BORN, part("assign", part="main", sign_by=(NOW + timedelta(hours=2)).isoformat())]
OPEN = case("accept_reply", "pending_callback", hours=5)
YES = {"valid": True, "contacted": True, "solved": "yes", "satisfaction": "satisfied"}
NO = {"valid": True, "contacted": True, "solved": "no", "satisfaction": "unsatisfied"}


def of_kind(marks: list[Mark], kind: str) -> list[Mark]:
    return [mark for mark in marks if mark.kind == kind]


def only(marks: list[Mark], kind: str) -> Mark:
    (mark,) = of_kind(marks, kind)
    return mark


def test_a_case_is_received_when_it_came_in_and_counts_for_the_unit_that_answers_last():
    earlier = (NOW - timedelta(days=1)).isoformat()
    steps = [case("create", "pending_review", received_at=earlier), *TAKEN[1:]]
    steps += [case("take_back", "pending_dispatch"), part("assign", BUREAU, about=2, part="main")]

    mark = only(fold(steps), "received")

    assert (mark.department, mark.at) == (BUREAU, NOW - timedelta(days=1))


def test_signing_after_the_limit_is_late_even_before_the_sweep_came_by():
    assert only(fold([*TAKEN, part("sign", hours=1)]), "signing").good is True
    assert only(fold([*TAKEN, part("sign", hours=3)]), "signing").good is False
    assert only(fold([*TAKEN, part("auto_sign", hours=2)]), "signing").good is False


def test_the_first_contact_that_reached_the_citizen_counts_in_minutes():
    steps = [*TAKEN, part("contact", hours=1, reached=False), part("contact", hours=2, reached=True)]

    assert only(fold([*steps, part("contact", hours=9, reached=True)]), "contact").amount == 120


def test_an_expired_case_is_closed_but_not_in_time():
    steps = [*TAKEN, case("expire", "pending_callback"), case("call", **YES), case("close", "closed")]

    assert only(fold(steps), "closed").good is False


def test_the_last_round_is_the_verdict_and_remembers_whether_the_first_handling_solved_it():
    steps = [
        *TAKEN,
        OPEN,
        case("call", **NO),
        case("order_rehandling", "rehandling"),
        case("redispatch", "in_progress"),
    ]
    steps += [
        part("assign", about=2, part="main"),
        OPEN,
        case("call", hours=50, **YES),
        case("close", "closed", hours=50),
    ]

    marks = fold(steps)

    verdict = only(marks, "verdict")
    assert (verdict.solved, verdict.good, verdict.at) == ("yes", False, NOW + timedelta(hours=50))
    assert len(of_kind(marks, "rehandled")) == 1


def test_within_a_round_the_first_answer_stands():
    steps = [*TAKEN, OPEN, case("rated", round=1, **(NO | {"solved": "partly"})), case("call", **YES)]

    verdict = only(fold(steps), "verdict")

    assert (verdict.solved, verdict.via) == ("partly", "link")


def test_an_attempt_that_reached_nobody_is_no_verdict():
    assert of_kind(fold([*TAKEN, OPEN, case("call", valid=False, result="no_answer")]), "verdict") == []


def test_a_unit_that_says_it_called_while_the_citizen_says_nobody_did_leaves_a_false_reply():
    said = NO | {"contacted": False}
    claims = [*TAKEN, part("contact", reached=True), OPEN, case("call", **said)]
    silent = [*TAKEN, OPEN, case("call", **said)]

    assert only(fold(claims), "false_reply").department == STREET
    assert of_kind(fold(silent), "false_reply") == []


def test_a_return_counts_for_the_unit_that_asked():
    granted = fold([*TAKEN, part("grant_return"), case("take_back", "pending_dispatch")])
    refused = fold([*TAKEN, part("refuse_return")])

    assert (only(granted, "returned").good, only(refused, "returned").good) == (True, False)


def test_reopening_takes_the_closing_back():
    steps = [*TAKEN, OPEN, case("call", **YES), case("close", "closed"), case("reopen", "in_progress")]

    assert of_kind(fold(steps), "closed") == []


def test_nobody_is_judged_by_probes_or_by_cases_that_were_withdrawn_merged_or_invalid():
    probe = [case("create", "pending_review", probe=True), *TAKEN[1:]]

    assert fold(probe) == []
    for end in ("withdrawn", "merged", "invalid", "referred"):
        assert fold([*TAKEN, case("x", end)]) == []


def test_a_case_that_was_split_off_again_counts_again():
    assert fold([*TAKEN, case("merge_into", "merged"), case("split", "in_progress")]) != []


def test_a_direct_answer_belongs_to_no_unit():
    mark = only(fold([case("create", "draft"), case("answer_directly", "answered")]), "direct")

    assert mark.department is None


def test_a_granted_request_changes_the_class_of_every_mark_of_the_case():
    def asked(kind: str) -> list[Step]:
        return [
            *TAKEN,
            *(OPEN, case("call", **NO), case("close", "closed")),
            Step(NOW, "request", 3, STREET, "file_request", "", {"kind": kind}),
        ]

    grant = Step(NOW, "request", 3, STREET, "grant", "granted", {})

    assert not any(mark.excluded for mark in fold(asked("exclusion")))
    assert all(mark.excluded for mark in fold([*asked("exclusion"), grant]))
    assert all(mark.excluded for mark in fold([*asked("appeal"), grant]))
    assert all(mark.not_counted for mark in fold([*asked("not_counted"), grant]))
    assert {mark.assessment for mark in fold([*asked("response_only"), grant])} == {"response_only"}
