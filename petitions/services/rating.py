"""The citizen rates by a link that works once: no login, no JavaScript, on any phone.

The token is the signed key of the invitation, so it need not be stored; the row keeps its digest and its expiry.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions import access, errors
from petitions.models import Petition, Rating
from petitions.networks import network_index
from petitions.services import callback, clock, sampling, wishes
from petitions.services.callback import Said
from petitions.services.door import OpenCase, opened, system
from petitions.states import CaseState, Solved


@dataclass(frozen=True)
class Extra:
    """What is asked beside the three questions. `pressed` goes to supervision only."""

    wants_rehandling: bool = False
    pressed: bool | None = None


def begin_round(case: OpenCase) -> Rating:
    """Call-back opens: the attempts start at zero, and the citizen gets a link beside the call."""
    case.petition.calls_made, case.petition.next_call_at = 0, None
    rating_id = case.new_id(Rating)
    rating = case.keep(
        Rating(
            id=rating_id,
            petition=case.petition,
            round=callback.round_of(case.petition) + 1,
            token_digest=access.digest(access.rating_token(rating_id)),
            invited_at=case.now,
            expires_at=case.due("rating_link"),
        )
    )
    case.tell("rating-invited", once=f"rating-{rating_id}", rating=rating_id)
    if case.petition.state == CaseState.PENDING_CALLBACK:
        _draw(case, rating.round)
    return rating


def _draw(case: OpenCase, number: int) -> None:
    """Where the sample leaves a round out, the citizen has longer to rate, and nobody else speaks for them."""
    case.petition.is_left_out = sampling.is_left_out(case, number)
    if case.petition.is_left_out:
        days = float(case.rules.parameter("callback.rating_days", 7))
        case.petition.due_at = min(case.now + timedelta(days=days), case.due("rating_link"))


def invitation(token: str, *, now: datetime) -> Rating:
    """The invitation behind a link. Raises LinkUnknown, LinkUsed or LinkExpired, each with what to do."""
    if not access.is_rating_token(token):
        raise errors.LinkUnknown
    rating = Rating.objects.select_related("petition").filter(token_digest=access.digest(token)).first()
    if rating is None:
        raise errors.LinkUnknown
    if rating.used_at:
        raise errors.LinkUsed
    if now >= rating.expires_at:
        raise errors.LinkExpired
    return rating


def rate(
    token: str, said: Said, extra: Extra | None = None, *, address: str | None = None, now: datetime | None = None
) -> Petition:
    """Keep the citizen's answers; while the case waits for its call-back they close it or send it back.

    Of the address only a keyed hash of its network is kept.
    """
    now, extra = now or clock.now(), extra or Extra()
    said.check()
    found = invitation(token, now=now)
    with opened(found.petition_id, actor=system(), now=now) as case:
        # Seen again under the case's lock: two taps on "submit" must not rate twice.
        rating = invitation(token, now=now)
        rating.network = network_index(address)
        _fill(rating, said, extra, now)
        answers = callback.answers_of(said)
        case.record("rated", data=answers | {"round": rating.round, "wants_rehandling": extra.wants_rehandling})
        if case.petition.state == CaseState.PENDING_CALLBACK:
            what_follows(case, said, extra, answers)
        elif extra.wants_rehandling:
            _ask_for_reopening(case, said)
    return case.petition


def what_follows(case: OpenCase, said: Said, extra: Extra, answers: dict) -> None:
    """The first wish for re-handling is granted at once; a second one stays open for the call-back staff to look at."""
    if extra.wants_rehandling and case.petition.rehandled == 0:
        callback.order_rehandling(case, answers)
    elif not extra.wants_rehandling:
        callback.close(case, callback.OUTCOMES[Solved(said.solved)])


def _ask_for_reopening(case: OpenCase, said: Said) -> None:
    """The answers are kept either way; where the case can still be opened again, a supervisor is asked."""
    with suppress(errors.PetitionError):
        wishes.keep(case, said.reason or "市民评价时要求重新办理")


def _fill(rating: Rating, said: Said, extra: Extra, now: datetime) -> None:
    for field, value in said.__dict__.items():
        setattr(rating, field, value)
    rating.used_at, rating.pressed, rating.wants_rehandling = now, extra.pressed, extra.wants_rehandling
    rating.save()
