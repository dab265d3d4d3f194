"""Tell open pages that a case changed: "look again", no content. Lost messages cost nothing, pages also poll."""

import logging
from collections.abc import Iterable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from petitions.models import Assignment, Petition

log = logging.getLogger(__name__)
HOTLINE = "hotline"
ADAPTERS = "telephony"


def groups_of(petition: Petition, assignments: Iterable[Assignment]) -> list[str]:
    """Who looks at this case: the hotline's desks, every unit that holds or held it, and its own page."""
    return [HOTLINE, f"case.{petition.pk}", *sorted({f"unit.{a.department_id}" for a in assignments})]


def case_changed(petition_id: int, version: int, groups: Iterable[str], acts: Iterable[str] = ()) -> None:
    """`acts` names what was done, so that a page asks for a notice only where it would show one."""
    message = {"type": "case.changed", "id": petition_id, "v": version, "acts": sorted(set(acts))}
    _say({group: message for group in groups})


def calls_changed(people: Iterable[int]) -> None:
    """Something changed about the telephone calls of these people: their pages look again."""
    _say({agent_group(person): {"type": "call.changed", "id": person} for person in sorted(people)})


def jobs_changed(person: int) -> None:
    """A long work of this person began, went on or ended."""
    _say({agent_group(person): {"type": "job.changed", "id": person}})


def dial_wanted() -> None:
    """An order to dial waits: the adapters look for it."""
    _say({ADAPTERS: {"type": "dial.wanted"}})


def call_wanted(provider: str, *, call: str, extension: str, command: str, **more: str) -> None:
    """Somebody asks for something to be done with a call: the links of its telephone system say so."""
    said = {"type": "command", "v": 1, "command": command, "call": call, "extension": extension, **more}
    _say({ADAPTERS: {"type": "call.wanted", "provider": provider, "said": said}})


def agent_group(person: int) -> str:
    return f"agent.{person}"


def _say(messages: dict[str, dict]) -> None:
    layer = get_channel_layer()
    if layer is None or not messages:
        return

    async def tell() -> None:
        for group, message in messages.items():
            await layer.group_send(group, {**message, "to": group})

    try:
        async_to_sync(tell)()  # one crossing for all groups: each costs a thread
    # The change is committed; a dead socket layer must not undo the answer. Redis' errors are no OSErrors.
    except (OSError, RuntimeError, RedisError) as problem:
        log.warning("%s were not told: %s", ", ".join(messages), problem)
