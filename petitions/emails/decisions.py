"""Mails about decisions, to whoever made the content: the reasons, and the ways to contest them (DSA art. 17)."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mesopinions.mail.kinds import Letter, kind, site_url
from mesopinions.mail.models import OutgoingMail
from mesopinions.mail.services import queue_mail
from petitions.models import Appeal, Comment, Decision, Petition
from petitions.selectors.decisions import is_open_to_appeal, page_of_decision, token_of

Act = Decision.Act
# What was done, and what it means for whoever made the content.
DONE = {
    Act.RETURNED: (
        _("Votre pétition est à reprendre"),
        _("Elle n’est pas publiée. Corrigez-la depuis votre espace et renvoyez-la : nous la relirons."),
    ),
    Act.REFUSED: (_("Votre pétition est refusée"), _("Elle ne sera pas publiée.")),
    Act.REMOVED: (_("Votre pétition est retirée du site"), _("Plus personne ne peut la lire ni la signer.")),
    Act.RESTORED: (_("Votre pétition est de nouveau en ligne"), _("Chacun peut de nouveau la lire.")),
    Act.CLOSED: (
        _("Votre pétition ne peut plus être signée"),
        _("Elle reste en ligne, et les signatures reçues comptent toujours."),
    ),
    Act.REOPENED: (
        _("Votre pétition peut de nouveau être signée"),
        _("Chacun peut de nouveau la signer, jusqu’à son dernier jour."),
    ),
    Act.EDIT_PUBLISHED: (
        _("Votre modification est publiée"),
        _("Le nouveau texte est en ligne, et l’ancien reste dans l’historique."),
    ),
    Act.EDIT_REFUSED: (_("Votre modification est refusée"), _("Le texte en ligne ne change pas.")),
    Act.HIDDEN: (
        _("Votre commentaire est masqué"),
        _("Il n’est plus sur la page de la pétition. Votre signature, elle, compte toujours."),
    ),
    Act.SHOWN: (_("Votre commentaire est de nouveau visible"), _("Chacun peut le lire sur la page de la pétition.")),
}
# The same of the author's news.
DONE_TO_NEWS = {
    Act.HIDDEN: (
        _("Votre actualité est masquée"),
        _("Elle n’est plus sur le site, et ne part plus par e-mail. La pétition, elle, reste en ligne."),
    ),
    Act.SHOWN: (_("Votre actualité est de nouveau visible"), _("Chacun peut la lire sur le site.")),
}


def tell_of_decision(decision: Decision) -> None:
    """Queue the mail that tells the author, or the signer who commented; nothing where nobody is left to tell."""
    _tell(decision, "petition_published" if decision.act == Act.PUBLISHED else "decision", decision.pk)


def tell_of_appeal(appeal: Appeal, name: str) -> None:
    """Queue `appeal_received` or `appeal_answered` to whoever filed it."""
    _tell(appeal.decision, name, appeal.pk)


def _tell(decision: Decision, name: str, about_id: int) -> None:
    recipient = _address_of(decision)
    if recipient:
        queue_mail(kind=name, recipient=recipient, language=decision.language, about_id=about_id)


def _address_of(decision: Decision) -> str:
    if decision.subject == Decision.Subject.COMMENT:
        comment = Comment.objects.select_related("signature").filter(pk=decision.subject_id).first()
        return comment.signature.email if comment and comment.signature else ""
    author: User | None = decision.told
    return author.email if author else ""


@kind("petition_published")
def petition_published(mail: OutgoingMail) -> Letter | None:
    """Tell the author that their petition can be signed, as long as it can be."""
    context = _context(_decision(mail))
    return Letter(context) if context.get("petition_url") else None


@kind("decision")
def decision(mail: OutgoingMail) -> Letter | None:
    """Tell the author of a petition, of its news or of a comment what was decided, why, and what they can do."""
    found = _decision(mail)
    if found is None:
        return None
    heading, effect = (DONE_TO_NEWS if found.subject == Decision.Subject.UPDATE else DONE)[Act(found.act)]
    return Letter({**_context(found), "heading": heading, "effect": effect})


@kind("appeal_received")
def appeal_received(mail: OutgoingMail) -> Letter | None:
    """Say that another person will look again, and until when."""
    return _about_appeal(mail)


@kind("appeal_answered")
def appeal_answered(mail: OutgoingMail) -> Letter | None:
    """Give the answer to an appeal."""
    return _about_appeal(mail)


def _about_appeal(mail: OutgoingMail) -> Letter | None:
    appeal = Appeal.objects.select_related("decision__submission").filter(pk=mail.about_id or 0).first()
    if appeal is None:
        return None
    is_reversed = appeal.outcome == Appeal.Outcome.REVERSED
    return Letter({**_context(appeal.decision), "appeal": appeal, "is_reversed": is_reversed})


def _decision(mail: OutgoingMail) -> Decision | None:
    return Decision.objects.select_related("submission").filter(pk=mail.about_id or 0).first()


def _context(decision: Decision | None) -> dict[str, Any]:
    if decision is None:
        return {}
    page = page_of_decision(decision)
    petition = Petition.objects.select_related("theme").filter(pk=decision.petition_id).first()
    is_public = petition is not None and petition.status in Petition.PUBLIC
    return {
        "decision": decision,
        "title": page.title,
        "words": page.words,
        "rule": page.rule,
        "decision_url": site_url(reverse("decision", args=[token_of(decision)])),
        "appeal_until": page.appeal_until if is_open_to_appeal(decision, timezone.localdate()) else None,
        "petition_url": site_url(petition.get_absolute_url()) if petition and is_public else "",
        "edit_url": site_url(reverse("space")) if petition and petition.status == Petition.Status.RETURNED else "",
        "stays_readable": petition is not None and petition.shows_refusal,
    }
