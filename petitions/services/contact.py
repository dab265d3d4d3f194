"""Who is speaking: the caller's row, found or made."""

from dataclasses import dataclass

from petitions.models import Caller
from petitions.phones import normal_phone


@dataclass(frozen=True)
class Contact:
    """How to reach the person. `account` is a platform's own id where the platform keeps the number to itself."""

    name: str = ""
    phone: str = ""
    address: str = ""
    account: str = ""
    kind: str = Caller.Kind.PERSON


def caller_for(contact: Contact) -> Caller | None:
    """The caller's row: found by its blind index, or made. None when nothing reaches the person."""
    phone, account = normal_phone(contact.phone), contact.account.strip()
    if not (phone or account):
        return None
    known = (Caller.objects.with_phone(phone) if phone else Caller.objects.with_account(account)).first()
    if known is None:
        known = Caller(kind=contact.kind, name=contact.name.strip(), phone=phone, account=account)
        known.address = contact.address.strip()
        known.index()
        known.save(force_insert=True)
    elif _learn(known, contact):
        known.save()
    return known


def _learn(caller: Caller, contact: Contact) -> bool:
    """What the person said this time fills gaps; it never overwrites what is known."""
    learnt = False
    for field in ("name", "address"):
        said = getattr(contact, field).strip()
        if said and not getattr(caller, field):
            setattr(caller, field, said)
            learnt = True
    return learnt
