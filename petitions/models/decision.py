"""What the team decides about content, with its reasons (DSA art. 17), and appeals to another person (DSA art. 20)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from petitions.models.draft import Submission


class Reason(models.TextChoices):
    """Why content is returned, refused or taken away. petitions/reasons.py has the words for each."""

    DUPLICATE = "duplicate", _("déjà demandée par une autre pétition")
    UNCLEAR = "unclear", _("pas assez claire")
    NO_REQUEST = "no_request", _("ne demande rien à personne")
    ADVERTISING = "advertising", _("publicité")
    HATE = "hate", _("haine ou discrimination")
    PRIVATE_PERSON = "private_person", _("met en cause une personne privée")
    PERSONAL_DATA = "personal_data", _("contient des données personnelles")
    DEFAMATION = "defamation", _("accusation sans preuve")
    COURT_CASE = "court_case", _("affaire devant la justice")
    VIOLENCE = "violence", _("menace ou appel à la violence")
    FALSEHOOD = "falsehood", _("affirmation trompeuse")
    COPYRIGHT = "copyright", _("droit d’auteur ou à l’image")
    ILLEGAL = "illegal", _("autre contenu illégal")
    FRAUD = "fraud", _("signatures frauduleuses")
    OTHER = "other", _("autre règle de la charte")

    @classmethod
    def readable_when_refused(cls) -> tuple["Reason", ...]:
        """Reasons that harm nobody: with the author's agreement the refused petition can be read."""
        return cls.DUPLICATE, cls.UNCLEAR, cls.NO_REQUEST


class Decision(models.Model):
    """One act of moderation, its reasons, who did it, and whom it was told. Rows never change (trigger)."""

    class Subject(models.TextChoices):
        PETITION = "petition", _("pétition")
        COMMENT = "comment", _("commentaire")
        UPDATE = "update", _("actualité")
        SIGNATURE = "signature", _("signature")

    class Act(models.TextChoices):
        PUBLISHED = "published", _("publiée")
        RETURNED = "returned", _("à reprendre")
        REFUSED = "refused", _("refusée")
        EDIT_PUBLISHED = "edit_published", _("modification publiée")
        EDIT_REFUSED = "edit_refused", _("modification refusée")
        REMOVED = "removed", _("retirée")
        RESTORED = "restored", _("remise en ligne")
        CLOSED = "closed", _("close")
        REOPENED = "reopened", _("rouverte")
        HIDDEN = "hidden", _("masqué")
        SHOWN = "shown", _("de nouveau visible")

    AGAINST = (Act.RETURNED, Act.REFUSED, Act.EDIT_REFUSED, Act.REMOVED, Act.CLOSED, Act.HIDDEN)

    # No foreign key: a decision outlives what it is about, and surveys and notices will be subjects too.
    subject = models.CharField(_("contenu"), max_length=9, choices=Subject)
    subject_id = models.BigIntegerField(_("numéro du contenu"))
    petition_id = models.BigIntegerField(_("numéro de la pétition"))
    submission = models.ForeignKey(
        Submission, verbose_name=_("texte lu"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    act = models.CharField(_("décision"), max_length=14, choices=Act)
    reason = models.CharField(_("motif"), max_length=14, choices=Reason, blank=True, default="", db_default="")
    statement = models.TextField(_("explication"), blank=True, default="", db_default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("décidé par"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("décidé le"), db_default=Now())
    # Whom it was told: the author of the content, if they have an account.
    told = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("auteur du contenu"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    language = models.CharField(_("langue"), max_length=5, default="fr", db_default="fr")

    class Meta:
        verbose_name = _("décision")
        verbose_name_plural = _("décisions")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject__in=["petition", "comment", "update", "signature"]),
                name="decision_subject_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(act__in=["returned", "refused", "edit_refused", "removed", "closed", "hidden"])
                | (~Q(reason="") & ~Q(statement="")),
                name="decision_against_has_reasons",
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "subject_id"], name="decision_of_subject"),
            models.Index(fields=["petition_id"], name="decision_of_petition"),
        ]

    def __str__(self) -> str:
        return f"décision {self.pk}"


class Appeal(models.Model):
    """The author asks another person to look again. Answered within a fortnight, never by who decided first."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("décision maintenue")
        REVERSED = "reversed", _("décision changée")

    decision = models.OneToOneField(
        Decision, verbose_name=_("décision"), on_delete=models.CASCADE, related_name="appeal"
    )
    text = models.TextField(_("ce que dit l’auteur"))
    filed_at = models.DateTimeField(_("reçu le"), db_default=Now())
    due_on = models.DateField(_("réponse avant le"))
    first_decider = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("décidé par"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("repris par"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    claimed_at = models.DateTimeField(_("repris le"), null=True, blank=True)
    outcome = models.CharField(_("suite"), max_length=8, choices=Outcome, blank=True, default="", db_default="")
    answer = models.TextField(_("réponse"), blank=True, default="", db_default="")
    closed_at = models.DateTimeField(_("répondu le"), null=True, blank=True)

    class Meta:
        verbose_name = _("recours")
        verbose_name_plural = _("recours")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(handler=None) | Q(first_decider=None) | ~Q(handler=F("first_decider")),
                name="appeal_goes_to_another_person",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="") & ~Q(answer="")),
                name="closed_appeal_has_an_answer",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="appeal_has_words"),
        ]
        indexes = [models.Index(fields=["due_on"], name="appeal_queue", condition=Q(closed_at=None))]

    def __str__(self) -> str:
        return f"recours {self.pk}"
