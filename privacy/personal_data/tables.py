"""What our own tables, those of the layers below us and those of Django's apps hold about people."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, DateTimeField, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from mesopinions.core.models import JobClaim
from mesopinions.mail.models import BlockReason, MailBlock, OutgoingMail
from privacy import consent, registry
from privacy.consent import COOKIE_PURPOSES, Purpose
from privacy.models import ConsentRecord, LegalHold, PurgeRun, RequestStep, Restriction, RightsRequest, Tombstone
from privacy.registry import (
    Action,
    Basis,
    Category,
    Erasure,
    Kept,
    Recipient,
    Retention,
    Source,
    by_address,
    by_any,
    by_key,
    by_user,
    days,
    months,
    years,
)
from privacy.requests import packages

# --- The consent ledger ---------------------------------------------------------------------------------------------
# A withdrawal ends itself; a grant ends with the first withdrawal after it, else when its subject left.
_first_withdrawal = ConsentRecord.objects.filter(
    subject_key=OuterRef("subject_key"),
    purpose=OuterRef("purpose"),
    scope=OuterRef("scope"),
    granted=False,
    pk__gt=OuterRef("pk"),
).order_by("pk")
_end_of_consent = Case(
    When(granted=False, then="recorded_at"),
    default=Coalesce(Subquery(_first_withdrawal.values("recorded_at")[:1]), "pseudonymised_at"),
    output_field=DateTimeField(),
)


def _forget_proofs(keys: Sequence[int], at: datetime) -> None:
    consent.forget(keys)


def _pseudonymise_proofs(keys: Sequence[int], at: datetime) -> None:
    consent.pseudonymise(keys, at=at)


registry.register(
    ConsentRecord,
    category=Category.CONSENTS,
    personal=["subject_user", "subject_key", "scope"],
    impersonal=[
        "id",
        "purpose",
        "granted",
        "text_version",
        "text_hash",
        "language",
        "place",
        "recorded_at",
        "pseudonymised_at",
    ],
    purpose=_("Prouver ce que vous avez accepté, refusé ou retiré"),
    basis=[Basis.LEGAL_OBLIGATION],
    recipients=[Recipient.DPO, Recipient.CNIL],
    retention=[
        Retention(
            after=_end_of_consent,
            moment=_("la fin du consentement"),
            period=years(5),
            action=Action.DELETE,
            only=~Q(purpose__in=COOKIE_PURPOSES),
            carry_out=_forget_proofs,
        ),
        Retention(
            after="recorded_at",
            moment=_("le choix des cookies"),
            period=months(25),
            action=Action.DELETE,
            only=Q(purpose__in=COOKIE_PURPOSES),
            name="cookies",
            carry_out=_forget_proofs,
        ),
        Retention(
            after="recorded_at",
            moment=_("votre dernier accord, sauf pour une signature, qui a sa propre durée"),
            period=years(3),
            action=Action.PSEUDONYMISE,
            only=~Q(purpose__in=[*COOKIE_PURPOSES, Purpose.POLITICAL_SIGNATURE]) & Q(pseudonymised_at=None),
            name="subscriptions",
            carry_out=_pseudonymise_proofs,
        ),
    ],
    rows_of=by_any(by_user("subject_user"), by_key("subject_key")),
    withheld=["subject_key"],
    erase=Erasure.PSEUDONYMISE,
    eraser=lambda keys, erasing: consent.pseudonymise(keys, at=erasing.at),
    kept=Kept(
        article=_("RGPD, art. 7.1"),
        reason=_("Nous devons pouvoir prouver un consentement. La preuve ne porte plus qu’une empreinte."),
    ),
)

# --- Requests, the purge and what it must leave alone ---------------------------------------------------------------
_proof_of_answer = Kept(
    article=_("RGPD, art. 5.2 et 12"),
    reason=_("Nous devons pouvoir prouver que nous avons répondu. Il n’en reste qu’une empreinte de l’adresse."),
)
registry.register(
    RightsRequest,
    category=Category.RIGHTS,
    personal=["email", "subject_key", "user", "token_hash", "result_token_hash"],
    impersonal=[
        "id",
        "right",
        "status",
        "language",
        "remove_from_count",
        "received_at",
        "due_on",
        "confirmed_at",
        "closed_at",
        "token_expires_at",
        "steps_total",
        "steps_done",
        "error",
        "touched_at",
    ],
    purpose=_("Répondre à votre demande, et prouver que nous l’avons fait"),
    basis=[Basis.LEGAL_OBLIGATION],
    recipients=[Recipient.DPO, Recipient.CNIL],
    retention=Retention(after="closed_at", moment=_("la clôture de la demande"), period=years(5), action=Action.DELETE),
    rows_of=by_any(by_user("user"), by_key("subject_key")),
    withheld=["subject_key", "token_hash", "result_token_hash"],
    erase=Erasure.KEEP,
    kept=_proof_of_answer,
)
registry.register(
    RightsRequest,
    category=Category.RIGHTS,
    personal=["file_name"],
    impersonal=["file_ready_at"],
    purpose=_("Vous remettre la copie que vous avez demandée"),
    basis=[Basis.LEGAL_OBLIGATION],
    recipients=[],
    source=[Source.SITE],
    retention=Retention(
        name="file",
        after="file_ready_at",
        moment=_("la préparation de la copie"),
        period=days(7),
        action=Action.CLEAR,
        carry_out=packages.forget_packages,
    ),
    rows_of=by_any(by_user("user"), by_key("subject_key")),
    withheld=["file_name"],
    erase=Erasure.KEEP,
    kept=_proof_of_answer,
)
registry.register_impersonal(RequestStep, "id", "request", "source", "found", "held", "action", "done_at")
registry.register(
    Restriction,
    category=Category.RIGHTS,
    personal=["email", "user", "reason"],
    impersonal=["id", "created_at", "lifted_at"],
    purpose=_("Garder vos données sans nous en servir, comme vous l’avez demandé"),
    basis=[Basis.LEGAL_OBLIGATION],
    recipients=[Recipient.DPO],
    source=[Source.PERSON, Source.STAFF],
    retention=Retention(after="lifted_at", moment=_("la fin de la limitation"), period=years(5), action=Action.DELETE),
    rows_of=by_any(by_user("user"), by_address("email")),
)
registry.register(
    LegalHold,
    category=Category.STAFF,
    personal=["created_by", "reason"],
    impersonal=["id", "table", "key", "ends_on", "created_at", "lifted_at"],
    purpose=_("Garder ce qu’un litige ou une enquête oblige à garder, et savoir qui l’a décidé"),
    basis=[Basis.LEGAL_OBLIGATION],
    recipients=[Recipient.DPO, Recipient.AUTHORITY],
    source=[Source.STAFF],
    retention=Retention(
        after="ends_on", moment=_("le dernier jour de la conservation"), period=years(5), action=Action.DELETE
    ),
    rows_of=by_user("created_by"),
    withheld=["reason"],
    erase=Erasure.KEEP,
    kept=Kept(article=_("RGPD, art. 17.3.e"), reason=_("Une conservation imposée reste attribuée à qui l’a décidée.")),
)
registry.register(
    Tombstone,
    category=Category.RIGHTS,
    personal=[],
    impersonal=["id", "table", "key", "removed_from_count", "erased_at"],
    purpose=_("Effacer de nouveau ce qu’une sauvegarde restaurée ramènerait"),
    retention=Retention(after="erased_at", moment=_("l’effacement"), period=days(35), action=Action.DELETE),
)
registry.register(
    PurgeRun,
    category=Category.TECHNICAL,
    personal=[],
    impersonal=[
        "id",
        "rule",
        "as_of",
        "is_dry",
        "status",
        "cursor",
        "due",
        "handled",
        "held",
        "failed",
        "held_keys",
        "failed_keys",
        "error",
        "started_at",
        "touched_at",
        "finished_at",
    ],
    purpose=_("Montrer que chaque règle de conservation est suivie"),
    retention=Retention(after="finished_at", moment=_("la fin du passage"), period=years(5), action=Action.DELETE),
)

# --- Mail -----------------------------------------------------------------------------------------------------------
registry.register(
    OutgoingMail,
    category=Category.MAILS,
    personal=["recipient", "context"],
    impersonal=[
        "id",
        "message_id",
        "kind",
        "language",
        "about_id",
        "created_at",
        "due_at",
        "attempts",
        "sent_at",
        "failed_at",
        "cancelled_at",
        "last_error",
    ],
    purpose=_("Vous envoyer les courriers que vous avez demandés ou que le service exige"),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.MAILER],
    source=[Source.SITE],
    retention=Retention(
        after=Coalesce("sent_at", "failed_at", "cancelled_at"),
        moment=_("l’envoi, l’échec ou l’annulation"),
        period=days(7),
        action=Action.DELETE,
    ),
    rows_of=by_address("recipient"),
    withheld=["context"],
)
registry.register(
    OutgoingMail,
    category=Category.MAILS,
    personal=["enclosed"],
    impersonal=[],
    labels={"enclosed": _("pli chiffré")},
    purpose=_(
        "Vous dire par courrier ce qui n’est écrit nulle part ailleurs : un code à recopier, "
        "ou d’où l’on a touché à votre compte. C’est chiffré jusqu’au départ"
    ),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.MAILER],
    source=[Source.SITE, Source.BROWSER],
    # A mail that has ended encloses nothing (a constraint says so). This is for one that cannot leave.
    retention=Retention(
        name="enclosed", after="created_at", moment=_("l’écriture du courrier"), period=days(1), action=Action.CLEAR
    ),
    kept_until=_("jusqu’au départ du courrier, ou jusqu’à ce qu’il soit abandonné"),
    rows_of=by_address("recipient"),
    withheld=["enclosed"],
)
registry.register(
    MailBlock,
    category=Category.CONTACT,
    personal=["address_key"],
    impersonal=["id", "reason", "created_at"],
    purpose=_("Ne plus vous écrire, parce que vous l’avez demandé ou que nos courriers reviennent"),
    basis=[Basis.LEGITIMATE_INTEREST],
    recipients=[],
    source=[Source.PERSON, Source.SITE],
    # A mailbox may exist again one day; a person who asked for silence says when it ends.
    retention=Retention(
        after="created_at",
        moment=_("le dernier courrier revenu"),
        period=months(3),
        action=Action.DELETE,
        only=Q(reason=BlockReason.BOUNCED),
        name="bounced",
    ),
    kept_until=_("jusqu’à ce que vous leviez le blocage, si vous l’avez demandé ou signalé un courrier"),
    rows_of=lambda subject: Q(address_key=subject.mailbox_key),
    withheld=["address_key"],
    erase=Erasure.KEEP,
    kept=Kept(
        article=_("RGPD, art. 21.3"),
        reason=_("Une empreinte de l’adresse, sans laquelle nous pourrions vous écrire de nouveau."),
    ),
)

# --- Django ---------------------------------------------------------------------------------------------------------
registry.register(
    LogEntry,
    category=Category.STAFF,
    personal=["user", "object_repr", "change_message"],
    impersonal=["id", "action_time", "content_type", "object_id", "action_flag"],
    purpose=_("Savoir quel membre de l’équipe a changé quoi"),
    basis=[Basis.LEGITIMATE_INTEREST],
    recipients=[Recipient.STAFF],
    source=[Source.STAFF],
    retention=Retention(after="action_time", period=months(12), action=Action.DELETE, moment=_("l’acte")),
    rows_of=by_user("user"),
    withheld=["object_repr", "change_message"],
)
registry.register_impersonal(Permission, "id", "name", "content_type", "codename")
registry.register_impersonal(Group, "id", "name")
registry.register_impersonal(Group.permissions.through, "id", "group", "permission")
registry.register_impersonal(ContentType, "id", "app_label", "model")
registry.register_impersonal(JobClaim, "name", "slot", "claimed_at")
