"""What the demo's authors and moderators did, with the services of the site: drafts, decisions, an appeal, an edit.

What these services would mail is forgotten by `loading.load`.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from petitions.demo_content.texts import DemoPetition
from petitions.models import Petition, Submission, Theme
from petitions.services import drafting
from petitions.services.moderating import appeals, deciding, reading, verdicts
from petitions.services.moderating.verdicts import Verdict
from petitions.services.rewording import editing

MODERATOR = "mona@example.org"
Status = Petition.Status
VERDICTS = {Status.RETURNED: Verdict.RETURN, Status.REJECTED: Verdict.REFUSE}
WRITTEN_WITHIN, WAITED = timedelta(days=1), timedelta(hours=3)


def write(content: DemoPetition, *, author: User, at: datetime) -> Petition:
    """Write a petition that never was public, and bring it to its status."""
    sent_at = at - timedelta(days=content.published_days_ago) - WAITED
    days = content.closes_in_days
    draft = drafting.start_draft(
        author=author,
        title=content.title,
        text=content.text,
        theme=Theme.objects.get(slug=content.theme),
        author_name=content.author,
        recipients=[{"name": name, "role": role, "email": ""} for name, role in content.recipients],
        goal=content.goal,
        closes_on=timezone.localdate(at) + timedelta(days=days) if days else None,
        shows_refusal=content.is_readable,
        at=sent_at - WRITTEN_WITHIN,
    )
    petition = draft.petition
    if content.status != Status.DRAFT:
        submission = drafting.submit_draft(petition=petition, language="fr", at=sent_at)
        _decide(content, submission, at)
        petition.refresh_from_db()
    petition.slug, petition.source_ref = content.slug, content.source_ref
    petition.save(update_fields=["slug", "source_ref"])
    return petition


def remove(content: DemoPetition, petition: Petition, *, at: datetime) -> None:
    """Take a petition off the site as its file tells."""
    if content.decision:
        deciding.remove(
            petition=petition,
            reason=content.decision.reason,
            statement=content.decision.statement,
            by=_moderator(),
            at=at - timedelta(days=content.decision.days_ago),
        )


def edit(content: DemoPetition, petition: Petition, *, at: datetime) -> None:
    """Send the title that the author would rather have to be read, if the file has one."""
    if content.edit and petition.author:
        sent_at = at - timedelta(days=content.edit.days_ago) - WAITED
        draft = editing.begin_edit(petition=petition, by=petition.author, at=sent_at)
        editing.save_edit(draft=draft, title=content.edit.title, note=content.edit.note, at=sent_at)
        editing.send_edit(petition=petition, at=sent_at)


def _decide(content: DemoPetition, submission: Submission, at: datetime) -> None:
    if content.decision is None:
        return
    by, decided_at = _moderator(), at - timedelta(days=content.decision.days_ago)
    reading.claim(submission=submission, by=by, at=decided_at)
    decision = verdicts.decide(
        verdict=VERDICTS[content.status],
        submission=submission,
        reason=content.decision.reason,
        statement=content.decision.statement,
        by=by,
        at=decided_at,
    )
    if content.appeal:
        filed_at = at - timedelta(days=content.appeal.days_ago)
        appeals.file_appeal(decision=decision, text=content.appeal.words, at=filed_at)


def _moderator() -> User:
    return User.objects.get(email=MODERATOR)
