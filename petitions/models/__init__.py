"""The rows of a case's life. One file per noun; what can happen is in lifecycle.py and assignment_lifecycle.py."""

from .assignment import Assignment
from .attachment import Attachment
from .beat import Beat
from .call import Call, CallMessage, Dial, Extension, WaitingCaller
from .callback import Callback, Rating
from .caller import Caller
from .contact import ContactLog
from .delivery import Delivery, NoticeTemplate, Webhook
from .disclosure import Disclosure
from .draft import Draft
from .escalation import Escalation
from .event import DaySeal, Event
from .job import Job
from .knowledge import KnowledgeItem, KnowledgeVersion
from .known_event import KnownEvent, KnownEventCase
from .label import Label
from .link import Link
from .lookup import Lookup
from .outbox import Message, Outbox
from .petition import TEXT_LIMIT, Petition
from .proposal import CatalogueProposal
from .reopen_wish import ReopenWish
from .reply import Reply
from .request import Request
from .saved_view import ListHabit, SavedView
from .self_service import Ask, Citation
from .suggestion import Suggestion
from .supervision import Supervision

__all__ = [
    "TEXT_LIMIT",
    "Ask",
    "Assignment",
    "Attachment",
    "Beat",
    "Call",
    "CallMessage",
    "Callback",
    "Caller",
    "CatalogueProposal",
    "Citation",
    "ContactLog",
    "DaySeal",
    "Delivery",
    "Dial",
    "Disclosure",
    "Draft",
    "Escalation",
    "Event",
    "Extension",
    "Job",
    "KnowledgeItem",
    "KnowledgeVersion",
    "KnownEvent",
    "KnownEventCase",
    "Label",
    "Link",
    "ListHabit",
    "Lookup",
    "Message",
    "NoticeTemplate",
    "Outbox",
    "Petition",
    "Rating",
    "ReopenWish",
    "Reply",
    "Request",
    "SavedView",
    "Suggestion",
    "Supervision",
    "WaitingCaller",
    "Webhook",
]
