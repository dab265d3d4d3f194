"""What the citizen answers, and what the unit then asks for. Pure; chance is an argument."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from petitions.management.simulate.calendar import by_day
from petitions.management.simulate.life import Unit
from petitions.management.simulate.telling import HURRIED, Telling


class Feedback(Telling):
    """The second half of a story; a case that is handled again goes back to the first (course.py)."""

    # ── the citizen's word ──
    def _called(self, unit: Unit, *, late: bool) -> None:
        valid = self.chance(self.parameters.answers["valid"]) or late or bool(self.contact.cheat)
        cheats = self.cheats_of(unit)
        usual = not self.contact.cheat and self.chance(self.parameters.answers["by_link"])
        link = self.contact.cheat == "self_rating" or "perfect_ratings" in cheats or usual
        if valid and link and not late:
            said = self._said(unit, perfect="perfect_ratings" in cheats)
            self.at = by_day(self.rng, self.later(20, 300))
            again = self._wants_again(said)
            self.do("rate", "", said=said, again=again)
            return self._heard(unit, said, again)
        before = self.rng.choices((0, 1, 2), (0.7, 0.2, 0.1))[0] if valid and not late else 3 * (not valid)
        caller = self.somebody("callback")
        soon = {"E": (5, 40), "U": (30, 300)}.get(self.tier, (60, 600))
        first = self.later(*soon)
        self.at = first if late and self.tier in HURRIED else by_day(self.rng, first)
        for _ in range(before):
            self.do("ring", caller, result="no_answer")
            self.at = by_day(self.rng, self.later(20 * 60, 26 * 60))
        if not valid:
            return None
        said = self._said(unit, perfect=False)
        again = self._wants_again(said)
        self.do("ring", caller, result="reached", said=said, again=again)
        return self._heard(unit, said, again)

    def _said(self, unit: Unit, *, perfect: bool) -> dict[str, Any]:
        """What the citizen answers, as far as it goes for this unit."""
        answers = self.parameters.answers
        if perfect or self.contact.cheat:
            return {"contacted": True, "solved": "yes", "satisfaction": "very_satisfied", "attitude": "very_satisfied"}
        is_solved = self.likely(answers["solved"], unit)
        solved = "yes" if is_solved else "partly" if self.chance(answers["partly"]) else "no"
        content, basically = answers["satisfied" if is_solved else "unsatisfied"]
        draw = self.rng.random()
        word = "satisfied" if draw < content else "basically" if draw < content + basically else "unsatisfied"
        said = {"contacted": self.likely(answers["contacted"], unit), "solved": solved, "satisfaction": word}
        reason = "问题没有彻底解决" if word == "unsatisfied" else ""
        return said | {"attitude": word if self.chance(0.8) else "satisfied", "reason": reason}

    def _wants_again(self, said: Mapping[str, Any]) -> bool:
        return self.rounds == 1 and _is_bad(said) and self.chance(self.parameters.answers["rehandled"])

    def _heard(self, unit: Unit, said: Mapping[str, Any], again: bool) -> None:
        """What follows from the answers: another handling, an opening again, what the unit asks for."""
        if again:
            self.helper = None
            self.later(5, 25)
            self._dispatch(unit)
            return self._round(unit, self.at, self.at + timedelta(hours=self.hours("rehandle")))
        last_minute = "last_minute" in self.cheats_of(unit) and self.rounds == 1
        if last_minute and self.chance(self.parameters.cheats["last_minute"]["reopened"]):
            return self._reopened(unit)
        return self._asks(unit, said)

    def _reopened(self, unit: Unit) -> None:
        self.helper = None
        self.at = by_day(self.rng, self.later(24 * 60, 5 * 24 * 60))
        self.do("reopen", self.somebody("supervisor"), main=unit.id, reason="诉求人反映问题并未解决")
        self._round(unit, self.at, self.at + timedelta(hours=self.hours("handle")))

    # ── what the unit asks for ──
    def _asks(self, unit: Unit, said: Mapping[str, Any]) -> None:
        handling, bad = self.parameters.handling, _is_bad(said)
        picks = bad and "picked_exclusions" in self.cheats_of(unit)
        picked = picks and self.chance(self.parameters.cheats["picked_exclusions"]["share"])
        if picked or self.chance(handling["excluded"] / (1 - handling["refused_requests"])):
            self._climbs(unit, "exclusion", sure=picked)
        elif bad and self.chance(handling["appeals"]):
            self._climbs(unit, "appeal")
        elif self.chance(handling["not_counted"]):
            self._climbs(unit, "not_counted")

    def _climbs(self, unit: Unit, kind: str, *, sure: bool = False) -> None:
        """Three tiers look at it, each within a day."""
        self.later(60, 1200)
        self.do("file", unit.handler, unit=unit.id, kind=kind, subtype=self.rng.choice(self.city.subtypes[kind]))
        self._tiers(unit, kind, granted=sure or not self.chance(self.parameters.handling["refused_requests"]))

    def _tiers(self, unit: Unit, kind: str, *, granted: bool) -> None:
        people = (unit.head, self.somebody("reviewer"), self.somebody("center"))
        for number, person in enumerate(people):
            self.later(60, 900)
            if number == 2 and not granted:
                self.do("refuse", person, unit=unit.id, kind=kind)
            else:
                self.do("agree", person, unit=unit.id, kind=kind)

    def _on_ledger(self, unit: Unit, begins: datetime, limit: datetime) -> None:
        """What cannot be solved now is carried on, and settled at its time."""
        self._signed(unit, begins, limit, late=False)
        self._contacted(unit, self.at, limit)
        self.later(60, 600)
        settles = self.at + timedelta(days=self.rng.randint(*self.parameters.handling["ledger_days"]))
        subtype = self.rng.choice(self.city.subtypes["ledger"])
        self.do("file", unit.handler, unit=unit.id, kind="ledger", subtype=subtype, until=settles)
        self._tiers(unit, "ledger", granted=True)
        self.at = settles - timedelta(days=self.rng.uniform(0.1, 2))
        self.do("settle", self.somebody("center"), outcome="solved", evidence="工程完工验收单")


def _is_bad(said: Mapping[str, Any]) -> bool:
    return said["solved"] == "no" or said["satisfaction"] == "unsatisfied" or not said["contacted"]
