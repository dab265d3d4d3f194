"""What is said in every simulated case alike, and how a plan's values become what the services take."""

from dataclasses import replace

from petitions.management.simulate.life import Contact, Step
from petitions.services.contact import Contact as Person
from petitions.services.dispatch import Order
from petitions.services.handling import Answer
from petitions.services.intake import Matter

EVIDENCE = "现场照片和情况说明"
PLAN = "列入年度计划，每季度向诉求人通报进展。"
REASONS = {
    "return": "经核实该处管护权属不在本单位。",
    "extension": "需要采购配件，预计两天到货。",
    "exclusion": "经核实符合剔除情形。",
    "not_counted": "经核实属于不计入类别。",
    "appeal": "回访记录与实际情况不符，申请复核。",
    "ledger": "受客观条件限制，近期不具备实施条件。",
}
RULED = {True: "情况属实，同意", False: "与职责清单不符，不予同意"}
AGREED, TOO_THIN = "同意", "材料不足"


def matter_of(contact: Contact) -> Matter:
    return Matter(
        text=contact.text,
        request_type=contact.request_type,
        category_code=contact.leaf,
        area_id=contact.place.id,
        address=contact.address,
        confidential=contact.confidential,
    )


def person_of(contact: Contact) -> Person:
    return Person(name=contact.name, phone=contact.phone)


def called_again(contact: Contact, step: Step) -> Contact:
    """The same person about the same matter, in other words."""
    said = {"text": step.facts["text"], "request_type": step.facts["request_type"], "channel": "phone"}
    return replace(contact, at=step.at, **said)


def order_of(step: Step) -> Order:
    facts = step.facts
    assisting = (facts["assist"],) if facts["assist"] else ()
    return Order(
        main_id=facts["main"],
        assisting_ids=assisting,
        tier=facts["tier"],
        assessment=facts["assessment"],
        opinion=facts["opinion"],
    )


def answer_of(step: Step) -> Answer:
    return Answer(
        measures=step.facts["measures"],
        public_answer=step.facts["answer"],
        solved=True,
        verified=True,
        not_contacted_because=step.facts["why_not"],
    )
