"""The simulator: one seed is one plan, both ways of carrying it out leave the same rows, and chains hold."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import models, transaction

from petitions.insight import publish, rollup, scorecard, windows
from petitions.insight.models import Period
from petitions.management.simulate.cast import cast
from petitions.management.simulate.in_bulk import InBulk
from petitions.management.simulate.parameters import BadParameters, Parameters, read_parameters
from petitions.management.simulate.plan import Plan
from petitions.management.simulate.through_services import ByServices
from petitions.models import (
    Assignment,
    Callback,
    Caller,
    ContactLog,
    Escalation,
    Event,
    Link,
    Outbox,
    Petition,
    Rating,
    Reply,
    Request,
    Suggestion,
    Supervision,
)
from petitions.services import seal
from tests.make import a_supervisor

FIRST, NOW = date(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC)
KINDS = (
    *(Petition, Assignment, Event, ContactLog, Reply, Callback, Rating, Request),
    *(Escalation, Supervision, Suggestion, Link, Outbox),
)
# Rows of different runs have different keys; a token is made of one.
OWN_KEYS = {Petition, Assignment, ContactLog, Reply, Rating, Request, Supervision}
STEPS = {
    *("call", "submit", "answer", "refer", "again", "withdraw", "invalid", "pass_review", "dispatch"),
    *("ask_return", "rule_return", "sign", "contact", "ask_extension", "rule_extension", "reply", "approve"),
    *("accept", "reject", "ring", "rate", "file", "agree", "refuse", "settle", "reopen"),
}
TURNS = ("kind", "granted", "result", "again", "reached")
NOT_COMPARED = {"token_digest", "hash", "prev_hash", "event_hash"}


@pytest.fixture
def figures() -> Parameters:
    """Everything that can happen happens often, so that a few dozen lives meet every path."""
    shipped = read_parameters()
    handling = dict(shipped.handling) | {
        "dispatch_error": 0.4,
        "returns_if_right": 0.2,
        "on_time": 0.85,
        "signed_late": 0.15,
        "assisting": 0.4,
        "reply_rejected": 0.2,
        "withdrawn": 0.05,
        "invalid": 0.05,
        "excluded": 0.15,
        "not_counted": 0.15,
        "on_ledger": 0.12,
        "ledger_days": [5, 20],
        "refused_requests": 0.3,
        "appeals": 0.5,
        "extended": 0.3,
    }
    answers = dict(shipped.answers) | {"solved": 0.6, "contacted": 0.9, "by_link": 0.3, "valid": 0.75}
    volume = dict(shipped.volume) | {"case_share": 0.85, "referred_share": 0.3, "longest_text": 40}
    cheats = dict(shipped.cheats) | {"last_minute": {"days": 60, "share": 0.5, "reopened": 0.8}}
    return replace(shipped, handling=handling, answers=answers, volume=volume, cheats=cheats)


def planned(figures: Parameters, *, scale: float, days: int = 60, seed: int = 3, **more: Any) -> tuple[Any, Plan]:
    stage = cast(longest_text=figures.volume["longest_text"], at=NOW)
    return stage, Plan(stage.city, figures, FIRST, days, seed, scale, **more)


# ── the plan ──
def test_one_seed_is_one_plan(city, figures):
    _, plan = planned(figures, scale=0.002)
    _, same = planned(figures, scale=0.002)
    _, other = planned(figures, scale=0.002, seed=4)
    lives = list(plan.lives())
    assert lives == list(same.lives())
    assert lives != list(other.lives())


def test_the_plan_keeps_to_its_figures(city):
    _, plan = planned(read_parameters(), scale=1, days=7, bursts=False)
    lives = list(plan.lives())
    contacts = len(lives) + sum(step.do == "again" for life in lives for step in life.steps)
    cases = sum(life.contact.is_case for life in lives)
    assert contacts == pytest.approx(7000 * 6.6 / 7, rel=0.05)
    assert cases / len(lives) == pytest.approx(0.42, abs=0.03)
    by_phone = Counter(life.contact.channel for life in lives)["phone"] / len(lives)
    assert by_phone == pytest.approx(0.8, abs=0.03)
    hours = Counter(life.contact.at.hour for life in lives)
    assert hours[10] > 5 * hours[3]
    assert all(steps == sorted(steps, key=lambda step: step.at) for steps in (list(life.steps) for life in lives))


def test_bursts_and_cheats_are_told(city, figures):
    wet = replace(figures, bursts={"merchant": dict(figures.bursts["merchant"]) | {"per_year": 40.0}})
    _, plan = planned(wet, scale=0.002, cheats=("one_number", "self_rating"))
    lives = {life.key: life.contact for life in plan.lives()}
    truth = plan.truth()
    assert truth["bursts"]
    assert all(abs(len(burst["cases"]) - 300) < 100 for burst in truth["bursts"] if burst["ends"] < "2026-04-28")
    for cheat in truth["cheats"]:
        assert cheat["cases"]
        assert {lives[key].phone for key in cheat["cases"]} == {cheat["phone"]}
    assert len({cheat["unit"] for cheat in truth["cheats"]}) == 2


# ── carried out ──
def test_both_ways_leave_the_same_rows(city, figures):
    stage, plan = planned(figures, scale=0.0016, cheats=tuple(figures.cheats), bursts=False)
    plan.played += [replace(plan.played[0], kind="last_minute", unit=unit, phone="") for unit in plan.city.units]
    lives = covering(list(plan.lives()))
    done = Counter(step.do for life in lives for step in life.steps)
    assert done.keys() >= STEPS
    by_services = left_by(ByServices(stage, until=plan.ends), lives)
    in_bulk = left_by(InBulk(stage, until=plan.ends, notices=True), lives)
    unlike = {kind.__name__: different(by_services[kind], in_bulk[kind]) for kind in KINDS}
    assert not {name: found[:5] for name, found in unlike.items() if found}


def different(ours: list[str], theirs: list[str]) -> list:
    """Rows that only one side has, with the fields in which those at the same place differ."""
    if len(ours) != len(theirs):
        return [len(ours), len(theirs), *sorted(set(ours) ^ set(theirs))]
    pairs = [(json.loads(a), json.loads(b)) for a, b in zip(ours, theirs, strict=True) if a != b]
    return [{name: (a[name], b[name]) for name in a if a[name] != b[name]} for a, b in pairs]


def test_a_simulated_period_recomputed_from_events_is_what_was_published(city, figures):
    """bench/rates_golden.py does the same with ten thousand cases."""
    stage, plan = planned(figures, scale=0.006, days=40, bursts=False)
    assert InBulk(stage, until=plan.ends).play(plan.lives()) > 150
    assert list(seal.verify()) == []
    assert not Outbox.objects.exists()

    rollup.refresh_all()
    window = windows.days(FIRST, plan.ends.date())
    period = Period.objects.create(kind="custom", name="模拟", first_half=window.first, end_half=window.end)
    publication = publish.publish(period, actor=a_supervisor(), now=plan.ends + timedelta(days=2))

    assert rollup.tally_kept() == rollup.tally_of_marks()
    assert scorecard.from_events(window) == scorecard.from_tally(window)
    whole = scorecard.from_events(window)["A"].values()
    assert sum(counts.valid for counts in whole) > 50
    assert sum(counts.received for counts in whole) > 150
    assert list(publish.verify(publication)) == []


def covering(lives: list) -> list:
    """As few lives as show each kind of step with each of its turns."""
    seen: set = set()
    chosen = []
    for life in sorted(lives, key=lambda life: -len(life.steps)):
        turns = {(life.contact.cheat, step.do, *(str(step.facts.get(name)) for name in TURNS)) for step in life.steps}
        if turns - seen:
            seen |= turns
            chosen.append(life)
    return chosen


def left_by(player: Any, lives: list) -> dict[type, list]:
    """All rows that carrying out these lives leaves, in words that do not depend on keys. Undone afterwards."""
    with transaction.atomic():
        player.play(lives)
        assert list(seal.verify()) == []
        rows = {kind: list(kind.objects.all()) for kind in KINDS}
        # Bulk looks for no similar cases: what there was to find depends on the order of writing.
        rows[Suggestion] = [row for row in rows[Suggestion] if row.kind != Suggestion.Kind.SIMILAR]
        left = told(rows)
        transaction.set_rollback(True)
    return left


def told(rows: dict[type, list]) -> dict[type, list]:
    keys = {case.pk: case.idempotency_key for case in rows[Petition]}
    numbers = {case.no: case.idempotency_key for case in rows[Petition]}
    names: dict[tuple, str] = {(Petition, pk): key for pk, key in keys.items()}
    for kind in OWN_KEYS - {Petition}:
        seen: Counter = Counter()
        for row in sorted(rows[kind], key=lambda row: row.pk):
            seen[row.petition_id] += 1
            names[kind, row.pk] = f"{kind.__name__} {seen[row.petition_id]} of {keys[row.petition_id]}"
    return {
        kind: sorted(json.dumps(_plain(row, names, numbers), default=str, sort_keys=True) for row in found)
        for kind, found in rows.items()
    }


def _plain(row: models.Model, names: dict, numbers: dict) -> dict[str, Any]:
    own = type(row) in OWN_KEYS
    fields = (f for f in type(row)._meta.concrete_fields if f.name not in NOT_COMPARED and (own or not f.primary_key))
    return {field.name: _renamed(_value(row, field, names, numbers), names, numbers) for field in fields}


def _value(row: models.Model, field: models.Field, names: dict, numbers: dict) -> Any:
    value = getattr(row, field.attname)
    kind = type(row) if field.primary_key else field.related_model if field.remote_field else None
    if field.name == "subject_id":
        kind = {"assignment": Assignment, "request": Request, "supervision": Supervision}.get(row.subject, Petition)
    if kind is Caller:
        return Caller.objects.get(pk=value).phone
    if field.name == "key":
        return re.sub(r"\d+", "#", value)
    if field.name == "no":
        return numbers[value]
    return names.get((kind, value), value) if kind else value


def _renamed(value: Any, names: dict, numbers: dict) -> Any:
    """Case numbers and keys of rows inside texts and data."""
    if isinstance(value, dict):
        value = dict(value)
        for name, kind in (("log", ContactLog), ("rating", Rating), ("request", Request)):
            if name in value:
                value[name] = names[kind, value[name]]
        return {name: _renamed(inner, names, numbers) for name, inner in value.items()}
    if isinstance(value, str):
        return re.sub(r"LJ\d{14}", lambda found: numbers.get(found[0], found[0]), value)
    return value


# ── the command ──
def test_the_command_writes_the_truth_and_refuses_a_second_time(city, tmp_path):
    truth = tmp_path / "truth.json"
    how = {"days": 6, "scale": 0.01, "start": FIRST, "cheats": "one_number", "truth": truth}
    call_command("simulate_city", **how)
    told = json.loads(truth.read_text(encoding="utf-8"))
    assert Petition.objects.filter(no__in=told["cheats"][0]["cases"]).count() == len(told["cheats"][0]["cases"]) > 0
    assert not Outbox.objects.filter(state=Outbox.State.WAITING).exists()
    with pytest.raises(CommandError, match="已经模拟过"):
        call_command("simulate_city", **how)


def test_bad_orders_are_refused(city, tmp_path):
    with pytest.raises(CommandError, match="没有这种作假"):
        call_command("simulate_city", cheats="magic")
    broken = tmp_path / "figures.toml"
    broken.write_text("[volume", encoding="utf-8")
    with pytest.raises(BadParameters):
        read_parameters(broken)
    with pytest.raises(CommandError, match="天数"):
        call_command("simulate_city", days=0)
