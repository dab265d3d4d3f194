"""Which glyph and fill a state has. Never colour alone: the word always stands beside the glyph."""

from petitions.states import AssignmentState, CaseState

C, A = CaseState, AssignmentState

WAITING = {C.DRAFT, C.AWAITING_INFO, C.PENDING_REVIEW, C.PENDING_DISPATCH, A.PENDING_SIGN}
CALLING = {C.PENDING_CALLBACK}
FINISHED = {C.ANSWERED, C.CLOSED, C.ARCHIVED, A.ANSWERED, A.FINISHED}
PUT_ASIDE = {C.WITHDRAWN, C.INVALID, C.MERGED, C.REFERRED, A.EXITED, A.RECALLED}

WORDS = dict(CaseState.choices) | dict(AssignmentState.choices)


def look_of(state: str) -> str:
    """One of wait, doing, call, done, idle; `soon` and `over` come from the clock, not from the state."""
    for look, states in (("wait", WAITING), ("call", CALLING), ("done", FINISHED), ("idle", PUT_ASIDE)):
        if state in states:
            return look
    return "doing"
