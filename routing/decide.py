"""Which unit answers, and why: the dispatch ladder over one edition of the catalogue. Pure.

The ladder (domain.md L-10): the unit that the catalogue names and the area tree finds → the government of the
district, when the unit cannot be found (区兜底) → a person, who is told what is missing.

Reasons are whole sentences: an operator reads them out to the citizen, a unit reads them on its order.
"""

from __future__ import annotations

from dataclasses import replace

from routing.facts import CategoryRow, Claim, Decision, Facts, Snapshot, UnitRow

__all__ = ["CategoryRow", "Claim", "Decision", "Facts", "Snapshot", "UnitRow", "decide"]

LIFE_AND_PROPERTY = "life_and_property"
TIER_NAMES = {"E": "突发", "U": "及时", "N": "一般", "C": "疑难"}
ASSESSMENTS = {"response_only": "这类诉求只评响应率。", "none": "这类诉求不参加考核。"}


def decide(facts: Facts, snapshot: Snapshot) -> Decision:
    """Walk the ladder once and say each step."""
    category = snapshot.categories.get(facts.category_code or "")
    if category is None:
        return _person(facts, snapshot, "category", "这件诉求还没有分类，请选定分类后派单。")
    if snapshot.number is None:
        return _person(facts, snapshot, "catalogue", "当日没有生效的派单目录，请人工派单。")
    claims = _narrowest(facts, snapshot)
    if not claims:
        say = f"派单目录第{snapshot.number}版没有单位负责“{category.name}”，请人工派单。"
        return _person(facts, snapshot, "claim", say)
    return _checked(_by_claims(facts, snapshot, claims), facts, snapshot)


def _narrowest(facts: Facts, snapshot: Snapshot) -> list[Claim]:
    """The claims that apply here and now and are narrower than all others."""
    place = facts.area_path or snapshot.home_path
    applying = [
        claim
        for claim in snapshot.claims.get(facts.category_code or "", ())
        if place.startswith(claim.area_path) and claim.conditions.hold(facts.at, facts.tags, snapshot.seasons)
    ]
    top = max((claim.weight for claim in applying), default=None)
    return [claim for claim in applying if claim.weight == top]


def _by_claims(facts: Facts, snapshot: Snapshot, claims: list[Claim]) -> Decision:
    found = {unit.id: unit for claim in claims for unit in _main_units(claim, facts, snapshot)}
    if len(found) > 1:
        names = "、".join(unit.name for unit in found.values())
        say = (
            f"派单目录第{snapshot.number}版中，“{_category(claims[0], snapshot)}”有{len(found)}家单位同样适用"
            f"（{names}），请人工选定主办单位。"
        )
        return replace(_person(facts, snapshot, "claim", say), candidates=tuple(found))
    if not found:
        return _fallback(facts, snapshot, claims[0])
    (unit,) = found.values()
    # Two entries may name the same unit; the one written first is cited.
    claim = next(c for c in claims if unit in _main_units(c, facts, snapshot))
    said = (_says(claim, snapshot, _wanted(claim, snapshot)), _place_says(facts, snapshot, unit))
    return _sent(facts, snapshot, claim, unit, said, "direct")


def _fallback(facts: Facts, snapshot: Snapshot, claim: Claim) -> Decision:
    """Nobody of the wanted kind answers for the place: the district does, if the district is known."""
    wanted = _wanted(claim, snapshot)
    said = (_says(claim, snapshot, wanted), _not_found(facts, snapshot, wanted))
    governments = _covering(snapshot.fallback_kind, facts, snapshot)
    if len(governments) == 1:
        say = f"找不到对应的单位，按区兜底由{governments[0].name}办理。"
        return _sent(facts, snapshot, claim, governments[0], (*said, say), "district")
    lacking = "unit" if facts.area_path else "place"
    unknown = "由哪个区兜底也不能确定，请人工派单。"
    say = unknown if facts.area_path else "不能确定由哪个区办理，请补充地点，或人工派单。"
    decision = _person(facts, snapshot, lacking, *said, say)
    return replace(decision, entry_id=claim.entry_id, assessment=claim.assessment)


def _sent(facts: Facts, snapshot: Snapshot, claim: Claim, unit: UnitRow, said: tuple[str, ...], step: str) -> Decision:
    helpers, about_helpers = _assisting(facts, snapshot, claim, unit)
    tier, about_tier = _tier(facts, claim.tier)
    return Decision(
        main_department_id=unit.id,
        assisting_department_ids=helpers,
        tier=tier,
        assessment=claim.assessment,
        entry_id=claim.entry_id,
        version=snapshot.number,
        reasons=(*said, *about_helpers, *about_tier, *filter(None, [ASSESSMENTS.get(claim.assessment)])),
        ladder_step=step,
        candidates=(unit.id,),
        answer_template=claim.answer_template,
    )


def _person(facts: Facts, snapshot: Snapshot, lacking: str, *said: str) -> Decision:
    category = snapshot.categories.get(facts.category_code or "")
    tier, about_tier = _tier(facts, category.tier if category else "N")
    return Decision(
        main_department_id=None,
        assisting_department_ids=(),
        tier=tier,
        assessment="three_rates",
        entry_id=None,
        version=snapshot.number,
        reasons=(*said, *about_tier),
        ladder_step="person",
        missing=(lacking,),
    )


def _checked(decision: Decision, facts: Facts, snapshot: Snapshot) -> Decision:
    """A category that is too unsure routes nobody: the unit found becomes an offer."""
    if facts.confidence is None or facts.confidence >= snapshot.category_floor:
        return decision
    floor = f"{snapshot.category_floor:.0%}"
    say = f"分类的把握只有{facts.confidence:.0%}，低于{floor}，请人工确认分类后派单。"
    return replace(
        decision,
        main_department_id=None,
        assisting_department_ids=(),
        reasons=(say, *decision.reasons),
        ladder_step="person",
        missing=(*decision.missing, "confidence"),
    )


def _main_units(claim: Claim, facts: Facts, snapshot: Snapshot) -> list[UnitRow]:
    if claim.main_department_id is not None:
        unit = snapshot.units_by_id.get(claim.main_department_id)
        return [unit] if unit else []
    return _covering(claim.main_kind or "", facts, snapshot)


def _covering(kind: str, facts: Facts, snapshot: Snapshot) -> list[UnitRow]:
    """Units of the kind that answer for the place; the closest area only."""
    place = facts.area_path or snapshot.home_path
    units = [unit for unit in snapshot.units.get(kind, ()) if place.startswith(unit.area_path)]
    closest = max((unit.area_path.count("/") for unit in units), default=0)
    return [unit for unit in units if unit.area_path.count("/") == closest]


def _assisting(
    facts: Facts, snapshot: Snapshot, claim: Claim, main: UnitRow
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    helpers: dict[int, str] = {}
    said = []
    for kind in claim.assisting_kinds:
        units = _covering(kind, facts, snapshot)
        if len(units) == 1 and units[0].id != main.id:
            helpers[units[0].id] = units[0].name
        elif len(units) != 1:
            why = "有多家可选" if units else "该地没有这类单位，或地点不够具体"
            said.append(f"协办的{snapshot.kinds.get(kind, kind)}没有列入：{why}。")
    if helpers:
        said.insert(0, f"首接负责：{main.name}牵头到底，{'、'.join(helpers.values())}协办。")
    return tuple(helpers), tuple(said)


def _tier(facts: Facts, tier: str) -> tuple[str, tuple[str, ...]]:
    """Danger to life or property makes everything an emergency; an emergency is told by phone as well (O-06)."""
    raised = LIFE_AND_PROPERTY in facts.urgency and tier != "E"
    name = TIER_NAMES.get(tier, tier)
    said = f"涉及人身财产安全，时限由“{name}”提为“突发”档。" if raised else f"时限按“{name}”档计算。"
    if raised or tier == "E":
        return "E", (said, "突发事项，派单的同时要电话通知承办单位。")
    return tier, (said,)


def _says(claim: Claim, snapshot: Snapshot, wanted: str) -> str:
    scope = [snapshot.areas.get(claim.area_path, ""), claim.conditions.words(snapshot.seasons)]
    narrowed = "，".join(filter(None, scope))
    entry = f"的专门条目（{narrowed}）" if narrowed else ""
    return f"按派单目录第{snapshot.number}版{entry}，“{_category(claim, snapshot)}”由{wanted}负责。"


def _place_says(facts: Facts, snapshot: Snapshot, unit: UnitRow) -> str:
    if not facts.area_path:
        return f"这类诉求全市统一由{unit.name}办理，不需要地点。"
    return f"地点在{snapshot.areas.get(facts.area_path, facts.area_path)}，由{unit.name}办理。"


def _not_found(facts: Facts, snapshot: Snapshot, wanted: str) -> str:
    if not facts.area_path:
        return f"没有写明地点，不能确定是哪一家{wanted}。"
    return f"地点在{snapshot.areas.get(facts.area_path, facts.area_path)}，没有找到负责这里的{wanted}。"


def _wanted(claim: Claim, snapshot: Snapshot) -> str:
    if claim.main_department_id is not None:
        unit = snapshot.units_by_id.get(claim.main_department_id)
        return unit.name if unit else "一家已停用的单位"
    return snapshot.kinds.get(claim.main_kind or "", claim.main_kind or "")


def _category(claim: Claim, snapshot: Snapshot) -> str:
    return snapshot.categories[claim.category_code].name
