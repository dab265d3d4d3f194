"""Where the demo plays: who works here, what people say, where, and what units answer. All of it invented."""

import csv
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from nlp.core.corpus import Sample, seed_samples
from petitions.models import KnowledgeItem
from petitions.services import clock, knowledge
from petitions.services.contact import Contact
from petitions.states import RequestType
from routing.models import Area, Category, Department, Staff

DATA = Path(__file__).resolve().parent.parent.parent / "data"
FAMILY, GIVEN = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜",
    "伟芳娜敏静强磊洋艳勇军杰娟涛明超霞平刚桂英华玉兰",
)
# When the ready answers were written: all of them held then.
WRITTEN = timedelta(days=200)
REQUEST_TYPES = {str(kind.label): kind.value for kind in RequestType}


@dataclass(frozen=True)
class Unit:
    """A department whose people can carry a case to its end."""

    department: Department
    handler: Staff
    head: Staff


@dataclass(frozen=True)
class HotMessage:
    """One of several citizens' messages about the same problem at the same place."""

    sample: Sample
    area: Area


@dataclass
class Setting:
    """Everything a story draws from; `rng` makes each draw the same for the same seed."""

    rng: random.Random
    staff: dict[str, list[Staff]]
    units: dict[int, Unit]
    communities: list[Area]
    samples: dict[str, list[Sample]]
    replies: dict[str, list[dict[str, str]]]
    knowledge: dict[str, KnowledgeItem]
    tiers: dict[str, str]
    hot: list[HotMessage]
    _callers: int = field(default=0)

    @classmethod
    def load(cls, rng: random.Random, today: date) -> "Setting":
        return cls(
            rng=rng,
            staff=_by_role(),
            units=dict(_units()),
            communities=list(Area.objects.filter(level=Area.Level.COMMUNITY).order_by("path")),
            samples=_by(seed_samples(), lambda sample: sample.label),
            replies=_by(table("replies.csv"), lambda row: row["branch"]),
            hot=list(_hot_messages()),
            tiers=dict(Category.objects.leaves().values_list("code", "tier")),
            knowledge={
                item.category.code: item
                for item in KnowledgeItem.objects.in_force(today)
                .filter(for_enterprises=False)
                .select_related("category")
            },
        )

    def hot_message(self) -> HotMessage | None:
        """The next one that nobody has used yet; None when all are told."""
        return self.hot.pop(self.rng.randrange(len(self.hot))) if self.hot else None

    def somebody(self, role: str) -> Staff:
        return self.rng.choice(self.staff[role])

    def words(self, codes: list[str] | None = None) -> Sample:
        """A text nobody has used yet, of one of these leaves (of any when None)."""
        code = self.rng.choice(sorted(code for code in codes or self.samples if self.samples.get(code)))
        return self.samples[code].pop(self.rng.randrange(len(self.samples[code])))

    def of_tier(self, *tiers: str) -> list[str]:
        return [code for code, tier in self.tiers.items() if tier in tiers]

    @property
    def unhurried(self) -> list[str]:
        """Leaves whose limit is days: what has hours would be over before a long story is told."""
        return self.of_tier("N", "C")

    def place_for(self, text: str) -> Area:
        """A community, in the district that the text names if it names one."""
        fitting = [area for area in self.communities if area.full_name.split(" ")[1] in text]
        return self.rng.choice(fitting or self.communities)

    def address_in(self, area: Area) -> str:
        spot = self.rng.choice([alias for alias in area.aliases if alias] or [area.name])
        return f"{spot}{self.rng.randint(1, 28)}号楼附近"

    def caller(self) -> Contact:
        """Numbers begin with 100, which no telephone in China does. One in six has called before."""
        if self._callers and self.rng.random() < 1 / 6:
            number = self.rng.randint(1, self._callers)
        else:
            self._callers += 1
            number = self._callers
        person = random.Random(number)  # noqa: S311 - the same number is the same person
        return Contact(name=person.choice(FAMILY) + person.choice(GIVEN), phone=f"1000000{number:04d}")

    def reply_for(self, code: str) -> dict[str, str]:
        return self.rng.choice(self.replies[code.split(".")[0]])


def load_knowledge(today: date) -> int:
    """The ready answers, with review dates from today on (two are past theirs, to show how that looks)."""
    categories, units = (dict(model.objects.values_list("code", "pk")) for model in (Category, Department))
    keeper = Staff.objects.active().with_role("knowledge").order_by("pk")[0]
    written = clock.midnight(today - WRITTEN)
    known = set(KnowledgeItem.objects.values_list("title", flat=True))
    for row in table("knowledge.csv"):
        said = knowledge.Said(
            title=row["title"],
            question=row["question"],
            answer=row["answer"],
            basis=row["basis"],
            category_id=categories[row["category"]],
            owner_id=units[row["owner"]],
            review_by=today + timedelta(days=int(row["review_in_days"])),
            for_enterprises=row["for"] == "enterprise",
        )
        if said.title not in known:
            knowledge.add(said, actor=keeper, is_published=row["is"] != "draft", note="首次整理", now=written)
    return KnowledgeItem.objects.count()


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _hot_messages() -> Iterator[HotMessage]:
    areas = {area.code: area for area in Area.objects.filter(level=Area.Level.COMMUNITY)}
    for row in table("hot_messages.csv"):
        yield HotMessage(Sample(row["text"], row["category"], "投诉"), areas[row["area"]])


def _by(rows, key) -> dict[str, list]:
    found = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _by_role() -> dict[str, list[Staff]]:
    people = defaultdict(list)
    for person in Staff.objects.active().order_by("pk"):
        for role in person.roles:
            people[role].append(person)
    return people


def _units() -> Iterator[tuple[int, Unit]]:
    people = defaultdict(dict)
    for person in Staff.objects.active().exclude(department=None).select_related("department"):
        for role in person.roles:
            people[person.department_id].setdefault(role, person)
    for department_id, roles in people.items():
        if {"handler", "unit_head"} <= roles.keys():
            yield department_id, Unit(roles["handler"].department, roles["handler"], roles["unit_head"])
