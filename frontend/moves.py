"""Which moves a person has on a case right now, and how a posted one is found again."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from frontend.forms.asking_moves import ASKING_MOVES, LEDGER_MOVES, REQUEST_MOVES, FileRequest
from frontend.forms.calling_moves import CALLED_MOVES, CALLING_MOVES, AddAssist
from frontend.forms.conference_moves import CONFERENCE_MOVES
from frontend.forms.desk_moves import REPLY_MOVES, REVIEW_MOVES, Dispatch, TakeBack, Withdraw
from frontend.forms.mark_moves import MARK_MOVES, ConfirmNotice
from frontend.forms.merge_moves import MERGE_MOVES
from frontend.forms.moves import Move
from frontend.forms.supervision_moves import SUPERVISION_MOVES, SUPERVISOR_MOVES
from frontend.forms.unit_moves import UNIT_MOVES
from petitions.errors import NotYours, Unknown
from petitions.models import Petition
from petitions.states import SupervisionState

# In the order of a working day; the first that is open and next is the big button.
PART_MOVES = (ConfirmNotice, *CALLED_MOVES, *UNIT_MOVES, *ASKING_MOVES, *CALLING_MOVES)
CASE_MOVES = (
    *REVIEW_MOVES[:1],
    Dispatch,
    *CONFERENCE_MOVES,
    *REPLY_MOVES,
    *REVIEW_MOVES[1:],
    *MERGE_MOVES,
    AddAssist,
    TakeBack,
    *LEDGER_MOVES,
    *SUPERVISOR_MOVES,
    FileRequest,
    *MARK_MOVES,
    Withdraw,
)
ALL = {move.code: move for move in (*PART_MOVES, *SUPERVISION_MOVES, *REQUEST_MOVES, *CASE_MOVES)}


@dataclass(frozen=True)
class Offered:
    """The forms a page shows; `big` is the next thing to do."""

    forms: tuple[Move, ...]

    @property
    def big(self) -> Move | None:
        return next((form for form in self.forms if form.is_next()), None)

    def named(self, code: str) -> Move | None:
        return next((form for form in self.forms if form.code == code), None)


def rows_of(case: Petition) -> list[tuple[Any, tuple[type[Move], ...]]]:
    """Every row of a case that can move, with the moves of its kind."""
    parts = [(part, PART_MOVES) for part in case.active_assignments]
    requests = [(request, REQUEST_MOVES) for request in case.requests.all() if request.is_open]
    watched = [(row, SUPERVISION_MOVES) for row in case.supervisions.all() if row.state != SupervisionState.CLOSED]
    return [*parts, *watched, *requests, (case, CASE_MOVES)]


def offered(case: Petition, person: Any, bound: Move | None = None) -> Offered:
    """Ask machine and rules for each row; a bound form (with its errors) takes the place of its fresh twin."""
    forms = []
    for row, kinds in rows_of(case):
        for kind in kinds:
            if bound is not None and (bound.code, bound.row) == (kind.code, row):
                forms.append(bound)
            elif kind.is_open_to(case, row, person):
                forms.append(kind(case=case, row=row, person=person))
    return Offered(tuple(forms))


def posted(case: Petition, person: Any, code: str, data: QueryDict) -> Move:
    """The form that was sent. Raises Unknown for a row or a move that is not there."""
    kind = ALL.get(code)
    for row, kinds in rows_of(case):
        if kind in kinds and str(row.pk) == data.get("row"):
            return kind(data, case=case, row=row, person=person)
    raise NotYours if kind else Unknown
