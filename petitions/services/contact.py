"""Who is speaking: the caller's row, found or made."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from django.db.models import Q

from petitions.models import Caller
from petitions.models.fields import blind_index
from petitions.phones import normal_phone
from petitions.storable import storable


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
    return callers_for([contact])[0]


def known_caller_id(contact: Contact) -> int | None:
    """Who it is, if the person turned to us before; nothing is made. One statement."""
    contact = Contact(*map(storable, astuple(contact)))
    found = _Known.of([contact]).found(contact)
    return found.pk if found else None


def callers_for(contacts: Sequence[Contact]) -> list[Caller | None]:
    """The rows of several callers in their order, in two statements; somebody who stands there twice is one row.

    The phone number tells who it is, else the platform's account. An account that is known with another number
    stays where it is: the new number is a row of its own, so that no number is lost.
    """
    contacts = [Contact(*map(storable, astuple(contact))) for contact in contacts]
    known = _Known.of(contacts)
    callers = [known.caller(contact) for contact in contacts]
    Caller.objects.bulk_create(known.new)
    for caller in known.learnt:
        caller.save()
    return callers


class _Known:
    """Callers by their indexes, while a batch of contacts finds or makes its rows."""

    def __init__(self, rows: Iterable[Caller]):
        self.by_phone: dict[str, Caller] = {}
        self.by_account: dict[str, Caller] = {}
        self.new: list[Caller] = []
        self.learnt: list[Caller] = []
        for row in rows:
            self._put(row)

    @classmethod
    def of(cls, contacts: Sequence[Contact]) -> "_Known":
        phones = {blind_index(normal_phone(contact.phone)) for contact in contacts} - {""}
        accounts = {blind_index(contact.account.strip()) for contact in contacts} - {""}
        wanted = Q(phone_index__in=phones) | Q(account_index__in=accounts)
        return cls(Caller.objects.filter(wanted) if phones or accounts else ())

    def caller(self, contact: Contact) -> Caller | None:
        phone, account = normal_phone(contact.phone), contact.account.strip()
        if not (phone or account):
            return None
        found = self.found(contact)
        if found is None:
            return self._make(contact, phone, "" if self._held(account) else account)
        if _learn(found, contact, phone) and found not in self.new and found not in self.learnt:
            self.learnt.append(found)
        self._put(found)
        return found

    def found(self, contact: Contact) -> Caller | None:
        phone, held = normal_phone(contact.phone), self._held(contact.account.strip())
        found = self.by_phone.get(blind_index(phone)) if phone else None
        return held if found is None and held is not None and held.phone in ("", phone) else found

    def _held(self, account: str) -> Caller | None:
        return self.by_account.get(blind_index(account)) if account else None

    def _make(self, contact: Contact, phone: str, account: str) -> Caller:
        caller = Caller(kind=contact.kind, name=contact.name.strip(), phone=phone, account=account)
        caller.address = contact.address.strip()
        caller.index()
        self.new.append(caller)
        self._put(caller)
        return caller

    def _put(self, caller: Caller) -> None:
        if caller.phone_index:
            self.by_phone[caller.phone_index] = caller
        if caller.account_index:
            self.by_account[caller.account_index] = caller


def _learn(caller: Caller, contact: Contact, phone: str) -> bool:
    """What the person said this time fills gaps; it never overwrites what is known."""
    learnt = False
    for field, said in (("name", contact.name.strip()), ("address", contact.address.strip()), ("phone", phone)):
        if said and not getattr(caller, field):
            setattr(caller, field, said)
            learnt = True
    caller.index()
    return learnt
