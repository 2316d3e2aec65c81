"""What petitions and signatures hold about people."""

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from petitions.models import (
    Comment,
    ContributorTrace,
    DailyTally,
    Partner,
    Petition,
    Recipient,
    SearchEntry,
    Signature,
    SignerLink,
    TallyDelta,
    TextVersion,
    Theme,
    Update,
)
from petitions.selectors.mentions import mentions_of_petitions, mentions_of_texts
from petitions.services.erasing import erase_author, erase_signatures
from petitions.services.forgetting import forget_counted, forget_drafts, forget_ended, forget_unconfirmed
from privacy import registry
from privacy.registry import (
    Action,
    Basis,
    Category,
    Erasure,
    Kept,
    Retention,
    Source,
    by_address,
    by_any,
    by_user,
    days,
    months,
    years,
)
from privacy.registry import Recipient as Sees

_signer = by_any(by_address("email", index="canonical_email"), by_user("user"))

# --- Petitions ------------------------------------------------------------------------------------------------------
registry.register(
    Petition,
    category=Category.PUBLICATIONS,
    personal=["author", "author_name", "source_ref", "outcome_words", "video_url"],
    impersonal=[
        "id",
        "theme",
        "slug",
        "status",
        "language",
        "current_text",
        "goal",
        "closes_on",
        "created_at",
        "published_at",
        "closed_at",
        "outcome",
        "outcome_on",
        "signatures_total",
        "imported_signatures",
        "trend",
        "picture",
        "refused_at",
        "shows_refusal",
    ],
    purpose=_("Publier votre pétition sous le nom que vous choisissez"),
    basis=[Basis.CONTRACT, Basis.EXPLICIT_CONSENT],
    recipients=[Sees.PUBLIC],
    retention=[
        Retention(
            name="draft",
            after="created_at",
            moment=_("l’écriture d’un brouillon dont l’auteur n’a plus de compte"),
            period=days(1),
            action=Action.DELETE,
            only=Q(author=None, published_at=None),
            carry_out=forget_drafts,
        ),
        # Readable or not: time for an appeal and its answer, then what was refused goes with all its words.
        Retention(
            name="refused",
            after="refused_at",
            moment=_("le refus de la pétition"),
            period=months(12),
            action=Action.DELETE,
            only=Q(status="rejected", published_at=None),
            carry_out=forget_drafts,
        ),
    ],
    kept_until=_("tant que la pétition est publique, ou jusqu’à ce que vous demandiez d’en retirer votre nom"),
    rows_of=by_user("author"),
    mention=mentions_of_petitions,
    erase=Erasure.CLEAR,
    eraser=erase_author,
)
registry.register(
    TextVersion,
    category=Category.PUBLICATIONS,
    personal=["title", "text", "recipients", "note"],
    impersonal=["id", "petition", "number", "created_at"],
    purpose=_("Publier votre pétition, et garder chaque texte qui a été signé"),
    basis=[Basis.CONTRACT, Basis.EXPLICIT_CONSENT],
    recipients=[Sees.PUBLIC],
    kept_until=_("tant que la pétition est publique"),
    rows_of=by_user("petition__author"),
    mention=mentions_of_texts,
    withheld=["recipients"],  # other people's names
    erase=Erasure.KEEP,
    kept=Kept(
        article=_("RGPD, art. 17.3.a"),
        reason=_("Les signataires ont signé ce texte. Il reste sans votre nom, sauf si vous demandez son retrait."),
    ),
)
registry.register(
    Update,
    category=Category.PUBLICATIONS,
    personal=["title", "text"],
    impersonal=["id", "petition", "number", "published_at", "hidden_at", "mailed_at"],
    purpose=_("Publier les actualités de votre pétition, et les envoyer aux signataires qui les ont demandées"),
    basis=[Basis.CONTRACT, Basis.EXPLICIT_CONSENT],
    recipients=[Sees.PUBLIC, Sees.MAILER],
    kept_until=_("tant que la pétition est publique, ou jusqu’à ce que vous demandiez leur effacement"),
    rows_of=by_user("petition__author"),
)
registry.register(
    Recipient,
    category=Category.CONTACT,
    personal=["name", "role"],
    impersonal=["id", "petition", "position"],
    purpose=_("Adresser une pétition à qui peut décider"),
    basis=[Basis.LEGITIMATE_INTEREST],
    recipients=[Sees.PUBLIC],
    source=[Source.AUTHOR],
    kept_until=_("tant que la pétition est publique"),
    rows_of=by_address("email"),
    erase=Erasure.KEEP,
    kept=Kept(
        article=_("RGPD, art. 17.3.a"),
        reason=_("Une pétition publique dit à qui elle s’adresse : le nom et la fonction de qui peut décider restent."),
    ),
)
registry.register(
    Recipient,
    category=Category.CONTACT,
    personal=["email"],
    impersonal=[],
    purpose=_("Remettre une pétition à qui peut décider"),
    basis=[Basis.LEGITIMATE_INTEREST],
    recipients=[Sees.STAFF, Sees.MAILER],
    source=[Source.AUTHOR],
    retention=Retention(
        after="petition.outcome_on", moment=_("l’issue de la pétition"), period=years(1), action=Action.CLEAR
    ),
    rows_of=by_address("email"),
    erase=Erasure.CLEAR,
)
registry.register(
    SearchEntry,
    category=Category.PUBLICATIONS,
    personal=["title", "words"],
    impersonal=["petition", "language"],
    purpose=_("Trouver une pétition par ses mots, le nom de son auteur et ceux de ses destinataires"),
    basis=[Basis.CONTRACT, Basis.LEGITIMATE_INTEREST],
    recipients=[],
    source=[Source.PERSON, Source.AUTHOR],
    kept_until=_("tant que la pétition est publique ; suit aussitôt ses mots et ses noms"),
    rows_of=by_user("petition__author"),
    withheld=["title", "words"],
    erase=Erasure.KEEP,
    kept=Kept(
        article=_("RGPD, art. 17.3.a"),
        reason=_(
            "Les mots de la pétition restent tant qu’elle est publique. Votre nom en sort quand il en est effacé."
        ),
    ),
)

# --- Signatures -----------------------------------------------------------------------------------------------------
registry.register(
    Signature,
    category=Category.SIGNATURES,
    personal=[
        "user",
        "first_name",
        "last_name",
        "email",
        "canonical_email",
        "country",
        "postal_code",
        "city",
        "departement",
        "is_name_public",
        "language",
        "is_disposable",
    ],
    impersonal=[
        "id",
        "petition",
        "text_version",
        "consent",
        "status",
        "link_generation",
        "created_at",
        "confirmed_at",
        "withdrawn_at",
    ],
    purpose=_("Compter votre signature et la remettre au destinataire"),
    basis=[Basis.CONTRACT, Basis.EXPLICIT_CONSENT],
    recipients=[Sees.AUTHOR, Sees.ADDRESSEE, Sees.MAILER],
    retention=[
        Retention(
            name="counted",
            after="petition.closed_at",
            moment=_("la clôture de la pétition"),
            period=months(6),
            at_most=years(3),
            at_most_moment=_("la signature"),
            action=Action.AGGREGATE,
            only=Q(status="confirmed"),
            carry_out=forget_counted,
        ),
        Retention(
            name="unconfirmed",
            after="created_at",
            moment=_("la signature, si elle n’est pas confirmée"),
            period=days(7),
            action=Action.DELETE,
            only=Q(status="pending"),
            carry_out=forget_unconfirmed,
        ),
        Retention(
            name="withdrawn",
            after="withdrawn_at",
            moment=_("le retrait de la signature"),
            period=days(30),
            action=Action.DELETE,
            only=Q(status="withdrawn"),
            carry_out=forget_ended,
        ),
        Retention(
            name="invalidated",
            after=Coalesce(F("invalid__at"), F("created_at")),  # whenever it was signed, there is time to dispute it
            moment=_("l’invalidation de la signature"),
            period=months(6),
            action=Action.DELETE,
            only=Q(status="invalidated"),
            carry_out=forget_ended,
        ),
    ],
    rows_of=_signer,
    withheld=["canonical_email"],
    eraser=erase_signatures,
)
registry.register(
    Signature,
    category=Category.CONNECTION,
    personal=["ip_address", "browser"],
    impersonal=[],
    purpose=_("Repérer les signatures frauduleuses"),
    basis=[Basis.LEGITIMATE_INTEREST],
    recipients=[Sees.STAFF],
    source=[Source.BROWSER],
    retention=[
        Retention(
            name="connection",
            after="created_at",
            moment=_("la signature"),
            period=months(6),
            action=Action.CLEAR,
            only=Q(comment__published_at=None),
        ),
        Retention(
            name="connection-of-comment",
            after="created_at",
            moment=_("la signature, si elle porte un commentaire (décret n° 2021-1362, art. 5)"),
            period=months(12),
            action=Action.CLEAR,
            only=Q(comment__published_at__isnull=False),
        ),
    ],
    rows_of=_signer,
)
registry.register(
    Comment,
    category=Category.PUBLICATIONS,
    personal=["signature", "text"],
    impersonal=["id", "petition", "created_at", "published_at", "hidden_at"],
    purpose=_("Publier ce que vous avez à dire de la pétition"),
    basis=[Basis.CONTRACT, Basis.EXPLICIT_CONSENT],
    recipients=[Sees.PUBLIC],
    kept_until=_(
        "jusqu’au retrait de la signature ou à son effacement ; sans votre nom dès que la signature est purgée"
    ),
    rows_of=by_any(by_address("signature__email", index="signature__canonical_email"), by_user("signature__user")),
)
_archived = Kept(
    article=_("CPCE, art. L34-1 ; décret n° 2021-1362"),
    reason=_("La loi oblige à garder cinq ans l’identité de qui a publié, hors de tout écran, pour la justice seule."),
)
registry.register(
    ContributorTrace,
    category=Category.IDENTITY,
    personal=["name", "email"],
    impersonal=["id", "what", "what_id", "petition_id", "contributed_at", "archived_at"],
    purpose=_("Dire à une autorité qui le demande légalement qui a publié une pétition ou un commentaire"),
    basis=[Basis.LEGAL_OBLIGATION],
    recipients=[Sees.AUTHORITY, Sees.DPO],
    source=[Source.PERSON],
    retention=Retention(
        after="archived_at",
        moment=_("le départ de votre nom de la publication"),
        period=years(5),
        action=Action.DELETE,
    ),
    rows_of=by_address("email"),
    erase=Erasure.KEEP,
    kept=_archived,
)
registry.register(
    ContributorTrace,
    category=Category.CONNECTION,
    personal=["ip_address"],
    impersonal=[],
    purpose=_("Dire à une autorité qui le demande légalement d’où une publication est venue"),
    basis=[Basis.LEGAL_OBLIGATION],
    recipients=[Sees.AUTHORITY, Sees.DPO],
    source=[Source.BROWSER],
    retention=Retention(
        name="connection",
        after="contributed_at",
        moment=_("la publication"),
        period=months(12),
        action=Action.CLEAR,
    ),
    rows_of=by_address("email"),
    erase=Erasure.KEEP,
    kept=_archived,
)
registry.register(
    SignerLink,
    category=Category.CONTACT,
    personal=["email"],
    impersonal=["id", "created_at", "expires_at"],
    purpose=_("Vous mener à toutes vos signatures, pendant une heure"),
    basis=[Basis.CONTRACT],
    recipients=[Sees.MAILER],
    retention=Retention(after="expires_at", moment=_("la fin du lien"), period=days(1), action=Action.DELETE),
    rows_of=by_address("email"),
)

# --- Nobody in particular -------------------------------------------------------------------------------------------
registry.register_impersonal(Theme, "id", "slug", "name", "name_en", "about", "about_en", "hue", "position")
registry.register_impersonal(TallyDelta, "id", "petition", "day", "departement", "kind", "delta")
registry.register_impersonal(DailyTally, "id", "petition", "day", "departement", "kind", "total")
registry.register_impersonal(Partner, "id", "slug", "name")
registry.register_impersonal(Partner.petitions.through, "id", "partner", "petition")
