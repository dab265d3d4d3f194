"""One case on its way through the city, with the steps that stories are made of. Time only ever moves forward."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nlp.core.corpus import Sample
from petitions import access
from petitions.management.demo.setting import REQUEST_TYPES, Setting, Unit
from petitions.models import Assignment, Callback, ContactLog, Petition
from petitions.services import callback, clock, deadlines, dispatch, handling, intake, notice, notify, rating, review
from petitions.services.callback import Said
from petitions.services.intake import Handling, Matter
from petitions.states import Channel, Satisfaction, Solved
from routing.models import Area, Department

ONLINE = (Channel.WECHAT, Channel.APP, Channel.WEB)
PHONE_SHARE = 0.8
SURE_OF_CATEGORY = 0.75
PACE = 0.8
HAPPY = Said(contacted=True, solved=Solved.YES, satisfaction=Satisfaction.YES, attitude=Satisfaction.VERY)


@dataclass
class Play:
    """The case, what was said, the moment of the story, and the end of time (`until`, the present)."""

    setting: Setting
    at: datetime
    until: datetime
    key: str
    sample: Sample | None = None
    case: Petition | None = None

    def __post_init__(self) -> None:
        self.began = self.at

    # ── time ──
    def later(self, least: float, most: float) -> datetime:
        """Some minutes go by."""
        self.at = min(self.at + timedelta(minutes=self.setting.rng.uniform(least, most)), self.until)
        return self.at

    def within(self, start: datetime, limit: datetime, least: float, most: float) -> datetime:
        """A moment in this part (0 to 1) of the time that somebody has; nobody takes longer than the story lasts."""
        limit = min(limit, start + PACE * (self.until - self.began))
        wanted = start + (limit - start) * self.setting.rng.uniform(least, most)
        morning = self.by_day(wanted)
        self.at = min(max(morning if morning < limit else wanted, self.at), self.until)
        return self.at

    def by_day(self, moment: datetime) -> datetime:
        """The same moment, or the next morning when it falls into the night."""
        here = clock.local(moment)
        if here.hour in range(8, 20):
            return moment
        morning = here.replace(hour=8, minute=30) + timedelta(days=here.hour >= 20)
        return morning + timedelta(minutes=self.setting.rng.uniform(0, 90))

    def on_a_day(self, least: float, most: float) -> datetime:
        """Some minutes go by, and the night if it is night then: citizens are not called in their sleep."""
        self.at = min(self.by_day(self.later(least, most)), self.until)
        return self.at

    # ── coming in ──
    def comes_in(self, codes: list[str] | None = None, way: Handling | None = None, channel: str = "") -> Petition:
        sample = self.setting.words(codes)
        return self._comes_in(sample, self.setting.place_for(sample.text), way, channel)

    def comes_in_hot(self) -> Petition:
        """About what others call about as well, as long as there is such a message; else about anything."""
        hot = self.setting.hot_message()
        return self._comes_in(hot.sample, hot.area, None, "") if hot else self.comes_in()

    def comes_in_as(self, sample: Sample, area: Area) -> Petition:
        """In these words, from this place."""
        return self._comes_in(sample, area, None, "")

    def _comes_in(self, sample: Sample, area: Area, way: Handling | None, channel: str) -> Petition:
        rng = self.setting.rng
        self.sample = sample
        if way and way.lead_id:
            deadlines.sweep(now=self.at)  # what nobody did until then rings before a second call reaches the case
        by_phone = way is not None or rng.random() < PHONE_SHARE
        matter = Matter(
            text=self.sample.text,
            request_type=REQUEST_TYPES[self.sample.request_type] if by_phone else "",
            category_code=self.sample.label if by_phone and rng.random() < SURE_OF_CATEGORY else "",
            area_id=area.pk,
            address=self.setting.address_in(area),
            confidential=rng.random() < 0.08,
        )
        if by_phone:
            self.case = intake.take_call(
                matter,
                self.setting.caller(),
                actor=self.setting.somebody("operator"),
                key=self.key,
                handling=way,
                channel=channel or Channel.PHONE,
                now=self.at,
            )
        else:
            self.case = intake.submit(
                matter, self.setting.caller(), key=self.key, channel=rng.choice(ONLINE), now=self.at
            )
        return self.case

    # ── review and dispatch ──
    def is_reviewed(self) -> None:
        code = self.sample.label if self.case.category is None or self.case.category.code != self.sample.label else ""
        reviewer = self.setting.somebody("reviewer")
        self.case = dispatch.pass_review(self.case.pk, actor=reviewer, category_code=code, now=self.later(2, 18))

    def is_dispatched(self, to: Unit | None = None, assisting: bool = True) -> None:
        main = to or self._proposed_unit()
        order = dispatch.Order(
            main_id=main.department.pk,
            assisting_ids=tuple(u.department.pk for u in self._assisting(main)) if assisting else (),
            opinion=self.setting.rng.choice(
                ["请按职责办理，按时答复诉求人。", "请尽快联系诉求人并核实。", "请现场核实处理。"]
            ),
        )
        dispatcher = self.setting.somebody("dispatcher")
        self.case = dispatch.dispatch(self.case.pk, order, actor=dispatcher, now=self.later(2, 20))

    def _proposed_unit(self) -> Unit:
        units = self.setting.units
        if self.case.proposed_department_id in units:
            return units[self.case.proposed_department_id]
        return self.other_unit(district=True)

    def _assisting(self, main: Unit) -> list[Unit]:
        """One case in six needs a second unit."""
        return [self.other_unit(but=main)] if self.setting.rng.random() < 1 / 6 else []

    def other_unit(self, but: Unit | None = None, district: bool = False) -> Unit:
        """A unit of the same district."""
        home = self.case.area.path.split("/")[1]
        near = [u for u in self.setting.units.values() if u.department.code.startswith(home) and u != but]
        if district:
            near = [u for u in near if u.department.kind_id == "district.government"] or near
        return self.setting.rng.choice(near)

    # ── the unit at work ──
    @property
    def main(self) -> Assignment:
        parts = self.case.assignments.select_related("department").order_by("-id")
        return next(part for part in parts if part.part == Assignment.Part.MAIN and part.is_active)

    def unit_of(self, part: Assignment) -> Unit:
        return self.setting.units[part.department_id]

    def parts(self) -> list[Assignment]:
        return [part for part in self.case.assignments.order_by("id") if part.is_active]

    def is_signed(self, part: Assignment | None = None) -> None:
        part = part or self.main
        if part.waits_for_notice:
            dispatcher, person = self.setting.somebody("dispatcher"), self.unit_of(part).head.name
            notice.confirm(part.pk, actor=dispatcher, person=person, now=self.later(2, 10))
        now = self.within(part.assigned_at, part.sign_by, 0.05, 0.8)
        handling.sign(part.pk, actor=self.unit_of(part).handler, now=now)

    def is_contacted(self, part: Assignment | None = None) -> None:
        part = part or self.main
        now = self.within(part.assigned_at, min(part.contact_by, part.limit_at), 0.1, 0.6)
        handling.log_contact(
            part.pk,
            actor=self.unit_of(part).handler,
            how=self.setting.rng.choice([ContactLog.How.PHONE, ContactLog.How.PHONE, ContactLog.How.VISIT]),
            reached=True,
            note="已联系诉求人，核实了地点和诉求。",
            seconds=self.setting.rng.randint(60, 420),
            now=now,
        )

    def is_drafted(self, part: Assignment | None = None) -> None:
        part = part or self.main
        reply = self.setting.reply_for(self.sample.label)
        answer = handling.Answer(
            measures=reply["measures"], public_answer=reply["public_answer"], solved=True, verified=True
        )
        now = self.within(part.assigned_at, part.limit_at, 0.3, 0.7)
        handling.submit_reply(part.pk, answer, actor=self.unit_of(part).handler, now=now)

    def is_answered(self) -> None:
        """Every unit signs, calls, writes and approves; the case goes to reply review with the last of them."""
        for part in sorted(self.parts(), key=lambda part: part.part == Assignment.Part.MAIN):
            if part.state == "pending_sign":
                self.is_signed(part)
            if part.contacted_at is None:
                self.is_contacted(part)
            self.is_drafted(part)
            now = self.within(part.assigned_at, part.limit_at, 0.7, 0.9)
            handling.approve_reply(part.pk, actor=self.unit_of(part).head, now=now)
        self.case.refresh_from_db()

    def is_accepted(self) -> None:
        self.case = review.accept_reply(self.case.pk, actor=self.setting.somebody("reviewer"), now=self.later(10, 90))

    # ── the citizen's word ──
    def is_called(self, said: Said, rehandle: bool = False) -> None:
        self.case = callback.record(
            self.case.pk,
            actor=self.setting.somebody("callback"),
            result=Callback.Result.REACHED,
            said=said,
            rehandle=rehandle,
            now=self.on_a_day(60, 600),
        )

    def nobody_answers(self) -> None:
        now = self.on_a_day(60, 300)
        if self.case.next_call_at:
            now = self.at = max(now, self.case.next_call_at + timedelta(minutes=5))
        self.case = callback.record(
            self.case.pk, actor=self.setting.somebody("callback"), result=Callback.Result.NO_ANSWER, now=now
        )

    def is_rated(self, said: Said) -> None:
        invitation = self.case.ratings.order_by("-id").first()
        self.case = rating.rate(access.rating_token(invitation.pk), said, now=self.on_a_day(20, 900))

    # ── short cuts ──
    def reaches_unit(self, codes: list[str] | None = None, **order) -> None:
        self.comes_in(codes)
        self.is_reviewed()
        self.is_dispatched(**order)

    def reaches_callback(self, codes: list[str] | None = None) -> None:
        self.reaches_unit(codes)
        self.is_answered()
        self.is_accepted()

    def messages_go_out(self) -> None:
        """What the case queued is delivered at the end of its story, as the worker would have."""
        while notify.deliver_ready(now=self.at):
            pass

    def department(self, kind: str) -> Department:
        return Department.objects.filter(kind_id=kind, area=self.case.area).first()


UNHAPPY = replace(HAPPY, solved=Solved.NO, satisfaction=Satisfaction.NO, attitude=Satisfaction.YES)
HALF_HAPPY = replace(HAPPY, solved=Solved.PARTLY, satisfaction=Satisfaction.BASICALLY, attitude=Satisfaction.YES)
