"""Requests to exercise a right: open one, confirm it, carry it out; and what an erasure by an app leaves behind."""

from privacy.models import Right
from privacy.requests.erasing import bury, erase_again, would_erase
from privacy.requests.executing import close_unconfirmed, execute, resume_requests, try_again
from privacy.requests.links import BadLink, request_of
from privacy.requests.opening import confirm_request, due_on, open_by_staff, open_confirmed, open_request
from privacy.requests.sources import all_sources, subject_of

__all__ = [
    "BadLink",
    "Right",
    "all_sources",
    "bury",
    "close_unconfirmed",
    "confirm_request",
    "due_on",
    "erase_again",
    "execute",
    "open_by_staff",
    "open_confirmed",
    "open_request",
    "request_of",
    "resume_requests",
    "subject_of",
    "try_again",
    "would_erase",
]
