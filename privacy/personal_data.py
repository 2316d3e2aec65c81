"""What our own tables, the layers below us, Django's apps and the places that are no table hold about people."""

from datetime import timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Case, DateTimeField, ExpressionWrapper, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from mesopinions.core.models import JobClaim
from mesopinions.mail.models import BlockReason, MailBlock, OutgoingMail
from privacy import registry
from privacy.consent import COOKIE_PURPOSES
from privacy.models import ConsentRecord
from privacy.registry import (
    NOBODY,
    Action,
    Basis,
    Category,
    Erasure,
    Kept,
    Recipient,
    Retention,
    Source,
    StoreKind,
    Subject,
    by_any,
    by_key,
    by_user,
    days,
    months,
    years,
)

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
        ),
        Retention(
            after="recorded_at",
            moment=_("le choix des cookies"),
            period=months(25),
            action=Action.DELETE,
            only=Q(purpose__in=COOKIE_PURPOSES),
            name="cookies",
        ),
    ],
    rows_of=by_any(by_user("subject_user"), by_key("subject_key")),
    withheld=["subject_key"],
    erase=Erasure.PSEUDONYMISE,
    kept=Kept(
        article="RGPD, art. 7.1",
        reason=_("Nous devons pouvoir prouver un consentement. La preuve ne porte plus qu’une empreinte."),
    ),
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
    retention=Retention(
        after=Coalesce("sent_at", "failed_at", "cancelled_at"),
        moment=_("l’envoi, l’échec ou l’annulation"),
        period=days(7),
        action=Action.DELETE,
    ),
    # The stored address is the one written to; the canonical one covers whoever wrote it in the simplest form.
    rows_of=lambda subject: Q(recipient__iexact=subject.email) | Q(recipient__iexact=subject.canonical_email),
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
    rows_of=by_key("address_key"),
    withheld=["address_key"],
    erase=Erasure.KEEP,
    kept=Kept(
        article="RGPD, art. 21.3",
        reason=_("Une empreinte de l’adresse, sans laquelle nous pourrions vous écrire de nouveau."),
    ),
)

# --- Django ---------------------------------------------------------------------------------------------------------


def _sessions_of(subject: Subject) -> Q:
    """Find sessions by reading each: Django keeps no column for the account. There are two weeks of them at most."""
    if subject.user_id is None:
        return NOBODY
    user_id = str(subject.user_id)
    sessions = Session.objects.iterator()
    return Q(pk__in=[session.pk for session in sessions if session.get_decoded().get(SESSION_KEY) == user_id])


registry.register(
    Session,
    category=Category.CONNECTION,
    personal=["session_key", "session_data"],
    impersonal=["expire_date"],
    purpose=_("Vous garder connecté à votre compte"),
    basis=[Basis.CONTRACT],
    recipients=[],
    source=[Source.SITE],
    retention=Retention(
        after=ExpressionWrapper(
            F("expire_date") - timedelta(seconds=settings.SESSION_COOKIE_AGE), output_field=DateTimeField()
        ),
        moment=_("la dernière connexion"),
        period=days(14),
        action=Action.DELETE,
    ),
    rows_of=_sessions_of,
    withheld=["session_key", "session_data"],
)
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
)
registry.register_impersonal(Permission, "id", "name", "content_type", "codename")
registry.register_impersonal(Group, "id", "name")
registry.register_impersonal(Group.permissions.through, "id", "group", "permission")
registry.register_impersonal(ContentType, "id", "app_label", "model")
registry.register_impersonal(JobClaim, "name", "slot", "claimed_at")

# --- Places that are no table ---------------------------------------------------------------------------------------
registry.register_store(
    "mail-files",
    kind=StoreKind.FILES,
    where=_("dossier des courriers, seulement là où le site tourne sans serveur de courrier"),
    category=Category.MAILS,
    personal=[_("adresse e-mail"), _("texte du courrier")],
    purpose=_("Lire les courriers du site sur l’ordinateur de qui le développe"),
    basis=[Basis.CONTRACT],
    recipients=[],
    source=[Source.SITE],
    kept_until=_("jusqu’à ce que le dossier soit vidé ; ce dossier n’existe pas en production"),
)
registry.register_store(
    "rate-limits",
    kind=StoreKind.COUNTERS,
    where=_("Redis"),
    category=Category.CONNECTION,
    personal=[_("empreinte de l’adresse IP"), _("empreinte de l’adresse e-mail")],
    purpose=_("Freiner les abus"),
    basis=[Basis.LEGITIMATE_INTEREST],
    recipients=[],
    source=[Source.BROWSER],
    kept_until=_("jusqu’à la fin de la fenêtre de comptage, une heure au plus"),
)
registry.register_store(
    "page-cache",
    kind=StoreKind.CACHE,
    where=_("Redis et mémoire des processus"),
    category=Category.PUBLICATIONS,
    personal=[_("ce que les pages publiques montrent déjà")],
    purpose=_("Servir vite les pages publiques"),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.PUBLIC],
    source=[Source.SITE],
    kept_until=_("une seconde au plus"),
)
registry.register_store(
    "task-queue",
    kind=StoreKind.QUEUE,
    where=_("Redis"),
    category=Category.TECHNICAL,
    personal=[],
    purpose=_("Passer le travail aux processus de fond, par numéros seulement"),
)
registry.register_store(
    "logs",
    kind=StoreKind.LOGS,
    where=_("sortie des processus"),
    category=Category.TECHNICAL,
    personal=[],
    purpose=_("Comprendre les pannes ; adresses, jetons et lignes de la base y sont masqués"),
)
registry.register_store(
    "essential-cookies",
    kind=StoreKind.BROWSER,
    where=_("cookies session, csrftoken et messages"),
    category=Category.CONNECTION,
    personal=[_("clé de session")],
    purpose=_("Vous garder connecté et protéger vos formulaires"),
    basis=[Basis.CONTRACT],
    recipients=[],
    source=[Source.SITE],
    kept_until=_("jusqu’à la déconnexion, ou quatorze jours après la connexion ; un an pour csrftoken"),
)
