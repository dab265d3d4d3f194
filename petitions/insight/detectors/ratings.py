"""Ratings by link that may not be the citizen's own: from the unit's numbers or networks, or many from one network."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from petitions.insight.detectors.found import Found, Proof, Thresholds
from petitions.insight.detectors.tails import adjusted, binomial


@dataclass(frozen=True)
class Invitation:
    """One link that was sent, and its answer if there was one. `network`: keyed hash, '' where it is not known."""

    unit: int
    case: int
    invited: date
    rated_at: datetime | None = None
    rated: date | None = None
    perfect: bool = False
    network: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a citizen answered about a unit, by phone or link; `number`: keyed hash of the number the case came from."""

    unit: int
    case: int
    at: datetime
    number: str
    perfect: bool


def own_numbers(verdicts: Iterable[Verdict], own: Mapping[int, Collection[str]], limits: Thresholds) -> list[Found]:
    """Cases from a number of the unit or its staff, answered perfectly. Staff are citizens too: a few are usual."""
    asked = list(verdicts)
    kept: dict[int, list[Proof]] = defaultdict(list)
    for verdict in asked:
        if verdict.perfect and verdict.number and verdict.number in own.get(verdict.unit, ()):
            kept[verdict.unit].append(Proof(verdict.case, verdict.at))
    return _counted("own_number", kept, Counter(verdict.unit for verdict in asked), limits)


def own_networks(
    invitations: Iterable[Invitation], own: Mapping[int, Collection[str]], limits: Thresholds
) -> list[Found]:
    """Perfect ratings that came from a network of the unit's own offices."""
    rated = [invitation for invitation in invitations if invitation.rated_at]
    kept: dict[int, list[Proof]] = defaultdict(list)
    for rating in rated:
        if rating.rated_at and rating.perfect and rating.network and rating.network in own.get(rating.unit, ()):
            kept[rating.unit].append(Proof(rating.case, rating.rated_at))
    return _counted("own_network", kept, Counter(rating.unit for rating in rated), limits)


def _counted(rule: str, kept: Mapping[int, list[Proof]], asked: Counter, limits: Thresholds) -> list[Found]:
    return [
        Found(rule, unit, len(proofs), asked[unit], limits.own_cases, tuple(proofs))
        for unit, proofs in sorted(kept.items())
        if len({proof.case for proof in proofs}) >= limits.own_cases
    ]


def crowded_networks(invitations: Iterable[Invitation], limits: Thresholds, *, looks: int = 1) -> list[Found]:
    """Many perfect ratings of one unit from one network, more than `network_share` of the unit's allows for.

    A carrier's gateway serves everybody: where a network has a larger share of the other units' ratings, that is usual.
    """
    known = [rating for rating in invitations if rating.rated_at and rating.network]
    units, networks = Counter(r.unit for r in known), Counter(r.network for r in known)
    pairs: dict[tuple[int, str], list[Invitation]] = defaultdict(list)
    for rating in known:
        if rating.perfect:
            pairs[rating.unit, rating.network].append(rating)
    everywhere = Counter((r.unit, r.network) for r in known)
    shares, chances = {}, {}
    for (unit, network), found in pairs.items():
        elsewhere = len(known) - units[unit]
        others = (networks[network] - everywhere[unit, network]) / elsewhere if elsewhere else 0.0
        shares[unit, network] = max(limits.network_share, others)
        if len(found) >= limits.least:
            chances[unit, network] = binomial(len(found), units[unit], shares[unit, network])
    # So many networks of one unit can have such a share: that many questions are asked of each unit.
    p = adjusted(chances, questions=round(len(units) / limits.network_share))
    return [
        Found(
            "one_network",
            unit,
            len(pairs[unit, network]),
            units[unit],
            shares[unit, network] * units[unit],
            tuple(Proof(rating.case, rating.rated_at) for rating in pairs[unit, network] if rating.rated_at),
            p[unit, network],
            about=network[:12],
        )
        for unit, network in sorted(chances)
        if p[unit, network] <= limits.per_look(looks)
    ]


def one_number(verdicts: Iterable[Verdict], limits: Thresholds) -> list[Found]:
    """One number that answers for very many cases of one unit and is always content.

    A plain threshold: people who call again and again make the number of cases so uneven that chance alone cannot say
    what is too many; bench/detectors.py measures what the threshold costs.
    """
    kept: dict[tuple[int, str], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.number:
            kept[verdict.unit, verdict.number].append(verdict)
    found = []
    for (unit, number), told in sorted(kept.items()):
        cases = {verdict.case for verdict in told}
        if len(cases) >= limits.number_cases and all(verdict.perfect for verdict in told):
            proofs = tuple(Proof(verdict.case, verdict.at) for verdict in told)
            found.append(
                Found("one_number", unit, len(cases), len(told), limits.number_cases, proofs, about=number[:12])
            )
    return found
