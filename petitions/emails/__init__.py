"""Mails of the petitions app, a module a subject. Importing them registers their kinds (mesopinions/mail/kinds.py)."""

from petitions.emails.decisions import tell_of_appeal, tell_of_decision
from petitions.emails.invalidations import tell_of_answer
from petitions.emails.signatures import ABOUT_SIGNATURE, tell_signer

__all__ = ["ABOUT_SIGNATURE", "tell_of_answer", "tell_of_appeal", "tell_of_decision", "tell_signer"]
