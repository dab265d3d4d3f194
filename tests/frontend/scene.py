"""A case made just now, with its main unit and the people around it; what they are offered, and what they send."""

from dataclasses import dataclass, field

from django.utils import timezone

from frontend import moves
from petitions.queries import casefile
from petitions.states import CaseState
from tests import make

JSON = {"HTTP_ACCEPT": "application/problem+json"}


@dataclass
class Scene:
    """A case made just now, its main unit and the people around it."""

    state: str = CaseState.IN_PROGRESS
    signed: bool = False
    people: dict = field(default_factory=dict)

    def __post_init__(self):
        self.now = timezone.now()
        self.unit, self.other = make.a_unit(), make.a_unit()
        self.case = make.a_case(state=self.state, unit=self.unit, now=self.now)
        if self.signed:
            make.signed_part(make.main(self.case), now=self.now)
        self.people = {"head": make.a_head(of=self.unit), "handler": make.a_handler(of=self.unit)}
        for role in ("dispatcher", "center", "reviewer", "supervisor"):
            self.people[role] = make.a_person(role)

    @property
    def part(self):
        return make.main(self.case)

    def offers(self, who: str) -> set[str]:
        person = self.people[who]
        return {form.code for form in moves.offered(casefile.of(self.case.no, person), person).forms}


def sent(client, scene: Scene, who: str, code: str, row, **said):
    client.force_login(scene.people[who])
    headers = said.pop("headers", {})
    return client.post(f"/cases/{scene.case.no}/do/{code}/", {"row": row.pk, **said}, **headers)
