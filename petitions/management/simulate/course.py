"""From a contact to the steps of its case, as the figures say. Pure; chance is an argument.

The steps keep to the order that the services demand; what nobody does in time is done by the clock (deadlines.visit).
"""

from datetime import datetime, timedelta

from petitions.management.simulate.feedback import Feedback
from petitions.management.simulate.life import Step, Unit
from petitions.management.simulate.telling import HURRIED

ONLINE = ("web", "wechat", "app")
OPINIONS = ("请按职责办理，按时答复诉求人。", "请尽快联系诉求人并核实。", "请现场核实处理。")


class Course(Feedback):
    """The whole story of one case, and its first half: in, to a unit, to an answer."""

    # ── the story ──
    def told(self) -> tuple[Step, ...]:
        """All steps in the order of time."""
        handling = self.parameters.handling
        if not self.contact.is_case:
            self._answered_at_once()
        else:
            self._comes_in()
            if self.chance(handling["invalid"]) and not self.contact.cheat:
                self.later(2, 15)
                self.do("invalid", self.somebody("reviewer"), reason="重复拨打且无实际诉求，经核实")
            else:
                self._reviewed()
        return tuple(sorted(self.steps, key=lambda step: step.at))

    def _answered_at_once(self) -> None:
        operator = self.somebody("operator")
        if self.chance(self.parameters.volume["referred_share"]):
            self.do("refer", operator, referral=self.rng.choice(("other_city", "110")))
        else:
            answer = self._answer()[1]
            self.do("answer", operator, answer=answer, basis="话务员依据公开信息答复")

    def _comes_in(self) -> None:
        if self.contact.channel in ONLINE:
            self.do("submit", "")
        else:
            self.do("call", self.somebody("operator"))

    def _reviewed(self) -> None:
        self.later(*((0.5, 2) if self.tier == "E" else (2, 18)))
        self.do("pass_review", self.somebody("reviewer"))
        self.later(*((0.5, 2) if self.tier == "E" else (2, 18)))
        right = self.city.units[self.city.route(self.contact.leaf, self.contact.place.id)]
        unit = self._dispatched_to(right)
        begins, ends = self.at, self.at + timedelta(hours=self.hours("handle"))
        if self.chance(self.parameters.handling["withdrawn"]) and not self.contact.cheat:
            self.later(5, 90)
            self.do("withdraw", self.somebody("operator"), verified_by="回拨登记号码核实")
            return
        self._calls_again(begins, ends)
        unit = self._returned(unit, right)
        waits = self.tier not in HURRIED and self.chance(self.parameters.handling["on_ledger"])
        if waits and not self.contact.cheat:
            self._on_ledger(unit, begins, ends)
        else:
            self._round(unit, self.at, ends)

    def _dispatched_to(self, right: Unit) -> Unit:
        handling, unit = self.parameters.handling, right
        if self.chance(handling["dispatch_error"]) and not self.contact.cheat:
            unit = self._other_unit(right)
        helps = self.tier not in HURRIED and self.chance(handling["assisting"])
        self.helper = self._other_unit(unit) if helps else None
        assessment = "response_only" if self.chance(handling["response_only"]) and not self.contact.cheat else ""
        self._dispatch(unit, assessment=assessment)
        return unit

    def _dispatch(self, unit: Unit, assessment: str = "") -> None:
        self.sent_at = self.at
        facts = {"main": unit.id, "assist": self.helper.id if self.helper else None, "tier": self.tier}
        opinion = self.rng.choice(OPINIONS)
        self.do("dispatch", self.somebody("dispatcher"), opinion=opinion, assessment=assessment, **facts)

    def _other_unit(self, unit: Unit) -> Unit:
        near = [u for u in self.city.units.values() if u.district == unit.district and u.id != unit.id]
        return self.rng.choice(near or [u for u in self.city.units.values() if u.id != unit.id])

    def _returned(self, unit: Unit, right: Unit) -> Unit:
        """A unit that says it is not its business; granted where it is so. Returns who has the case then."""
        handling, wrong = self.parameters.handling, unit.id != right.id
        wanted = self.chance(handling["returns_if_wrong" if wrong else "returns_if_right"])
        if self.tier == "E" or self.contact.cheat or not wanted:
            return unit
        proposed = right if wrong else self._other_unit(unit)
        self.until(self.at, self.at + timedelta(hours=min(self.hours("return_window"), self.hours("sign"))), 0.1, 0.5)
        self.do("ask_return", unit.head, unit=unit.id, proposed=proposed.id)
        self.later(15, 60)
        self.do("rule_return", self.somebody("dispatcher"), unit=unit.id, granted=wrong)
        if not wrong:
            self.is_signed = True  # a refused return counts as signed
            return unit
        self.later(3, 15)
        self.helper = None
        self._dispatch(right)
        return right

    # ── a unit at work ──
    def _round(self, unit: Unit, begins: datetime, limit: datetime) -> None:
        """One handling up to the citizen's word. `limit` is when the unit's time is up."""
        self.rounds += 1
        self._signed(unit, begins, limit)
        if self.helper:
            self._helps(self.helper, self.sent_at, limit)
        reached = self._contacted(unit, begins, limit)
        if not self.likely(self.parameters.handling["on_time"], unit) and not self.contact.cheat:
            self.at = limit
            return self._called(unit, late=True)
        self._extended(unit, limit)
        last_minute = "last_minute" in self.cheats_of(unit) and self.chance(
            self.parameters.cheats["last_minute"]["share"]
        )
        part = (0.90, 0.95, 0.97, 0.995) if last_minute else (0.2, 0.75, 0.76, 0.9)
        self.until(begins, limit, *part[:2])
        self._answers(unit, reached)
        self.until(begins, limit, *part[2:])
        self.do("approve", unit.head, unit=unit.id)
        self._accepted(unit, reached, limit, last_minute)
        return self._called(unit, late=False)

    def _helps(self, unit: Unit, begins: datetime, limit: datetime) -> None:
        """The assisting unit is through before the main one."""
        begun, self.at = self.at, begins
        self._signed(unit, begins, limit, late=False)
        self.until(begins, limit, 0.10, 0.15)
        self._answers(unit, reached=False)
        self.until(begins, limit, 0.16, 0.19)
        self.do("approve", unit.head, unit=unit.id)
        self.at = begun

    def _signed(self, unit: Unit, begins: datetime, limit: datetime, late: bool | None = None) -> None:
        """A unit that does not sign is signed for by the clock."""
        if self.is_signed:
            self.is_signed = False
            return
        sign_by = begins + timedelta(hours=self.hours("sign"))
        late = self.chance(self.parameters.handling["signed_late"]) if late is None else late
        if late:
            self.at = max(self.at, sign_by + timedelta(minutes=1))
        else:
            self.until(begins, min(sign_by, limit), 0.1, 0.8)
            self.do("sign", unit.handler, unit=unit.id)

    def _contacted(self, unit: Unit, begins: datetime, limit: datetime) -> bool:
        reached = self.chance(0.98)
        self.until(begins, min(begins + timedelta(hours=self.hours("first_contact")), limit), 0.3, 0.8)
        facts = {"how": self.rng.choice(("phone", "phone", "visit")), "seconds": self.rng.randint(40, 420)}
        self.do("contact", unit.handler, unit=unit.id, reached=reached, **facts)
        return reached

    def _extended(self, unit: Unit, limit: datetime) -> None:
        if self.tier != "N" or self.rounds > 1 or not self.chance(self.parameters.handling["extended"]):
            return
        self.later(60, 600)
        self.do("ask_extension", unit.handler, unit=unit.id, until=limit + timedelta(days=2))
        self.later(30, 240)
        self.do("rule_extension", self.somebody("reviewer"), unit=unit.id, granted=self.chance(0.8))

    def _answer(self) -> tuple[str, str]:
        return self.rng.choice(self.city.answers[self.contact.leaf[:2]])

    def _answers(self, unit: Unit, reached: bool) -> None:
        measures, answer = self._answer()
        why = (
            ""
            if reached
            else "协办单位，由主办单位联系"
            if self.helper and unit.id == self.helper.id
            else "多次拨打未接通"
        )
        self.do("reply", unit.handler, unit=unit.id, measures=measures, answer=answer, why_not=why)

    def _accepted(self, unit: Unit, reached: bool, limit: datetime, last_minute: bool) -> None:
        hours = min(self.hours("reply_review"), 6)
        room = limit - self.at
        if self.chance(self.parameters.handling["reply_rejected"]) and room > timedelta(hours=4) and not last_minute:
            self.later(10, 60)
            self.do("reject", self.somebody("reviewer"), reason="答复没有回应诉求人的第二个问题，请补充。")
            self.later(20, 60)
            self._answers(unit, reached)
            self.later(10, 40)
            self.do("approve", unit.head, unit=unit.id)
        self.later(6 * hours, 40 * hours)
        self.do("accept", self.somebody("reviewer"))

    # ── beside the story ──
    def _calls_again(self, begins: datetime, limit: datetime) -> None:
        """Some call again while a unit works on it; whoever did is likelier to do it once more."""
        share = self.parameters.volume["repeats"]
        at, times = begins, 0
        while times < 4 and self.chance(share) and not self.contact.cheat:
            at += (limit - begins) * self.rng.uniform(0.01, 0.04)
            times += 1
            text, kind = self.rng.choice(self.city.texts[self.contact.leaf])
            self.do("again", self.somebody("operator"), at, text=text, request_type=kind, number=times)
