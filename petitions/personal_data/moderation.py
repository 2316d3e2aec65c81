"""What is written before a petition is public, and what the team decides, hold about people."""

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from petitions.models import Appeal, Decision, Dispute, Draft, Invalidation, InvalidSignature, Picture, Submission
from petitions.personal_data.acts import appeals_of, copy_of_appeals, copy_of_decisions, decisions_of
from petitions.services.erasing import forget_addressee
from petitions.services.forgetting import forget_unwritten
from privacy import registry
from privacy.registry import (
    Action,
    Basis,
    Category,
    Erasure,
    Kept,
    Recipient,
    Retention,
    Source,
    StoreKind,
    by_address,
    by_any,
    by_user,
    years,
)

_author = by_user("petition__author")
_signer = by_any(by_address("signature__email", index="signature__canonical_email"), by_user("signature__user"))
_with_the_petition = _("tant que la pétition existe, ou jusqu’à ce que vous l’effaciez")
_defence = Kept(
    article=_("RGPD, art. 17.3.b et 17.3.e ; règlement (UE) 2022/2065, art. 17, 20 et 24"),
    reason=_(
        "La loi veut que nous puissions répondre d’une décision : elle reste avec ses motifs, le recours et sa "
        "réponse, sans lien avec votre compte."
    ),
)

registry.register(
    Draft,
    category=Category.PUBLICATIONS,
    personal=["title", "text", "recipients", "author_name", "video_url", "note"],
    impersonal=["petition", "theme", "picture", "goal", "closes_on", "shows_refusal", "updated_at"],
    purpose=_("Garder ce que vous écrivez, jusqu’à ce que vous l’envoyiez"),
    basis=[Basis.CONTRACT],
    recipients=[],
    retention=Retention(
        after="updated_at",
        moment=_("la dernière modification du brouillon"),
        period=years(1),
        action=Action.DELETE,
        only=~Q(petition__status="submitted"),
        carry_out=forget_unwritten,
    ),
    rows_of=_author,
    # Other people's names and addresses, as those of the petition itself: no copy has them.
    withheld=["recipients"],
)
registry.register_store(
    "draft-recipients",
    kind=StoreKind.ROWS,
    where=_("brouillons des auteurs, colonne des destinataires"),
    category=Category.CONTACT,
    personal=[_("adresse e-mail de la personne à qui un auteur pense adresser sa pétition")],
    purpose=_("Remettre une pétition à qui peut décider, une fois publiée"),
    basis=[Basis.LEGITIMATE_INTEREST],
    recipients=[],
    source=[Source.AUTHOR],
    kept_until=_("avec le brouillon"),
    erase=Erasure.CLEAR,
    eraser=forget_addressee,
)
registry.register_store(
    "launch-words",
    kind=StoreKind.BROWSER,
    where=_("mémoire locale du navigateur, clés launch:…"),
    category=Category.PUBLICATIONS,
    personal=[_("ce que vous écrivez et qui n’est pas encore enregistré")],
    purpose=_("Ne rien perdre si le réseau se coupe pendant que vous écrivez"),
    basis=[Basis.CONTRACT],
    recipients=[],
    source=[Source.PERSON],
    kept_until=_("jusqu’à l’enregistrement sur le site, ou jusqu’à ce que vous vidiez votre navigateur"),
)
registry.register(
    Picture,
    category=Category.PUBLICATIONS,
    personal=["name", "alt"],
    impersonal=["id", "petition", "width", "height", "created_at"],
    purpose=_("Illustrer votre pétition"),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.PUBLIC],
    kept_until=_with_the_petition,
    rows_of=_author,
    withheld=["name"],
    erase=Erasure.KEEP,
    kept=Kept(
        article=_("RGPD, art. 17.3.a"),
        reason=_(
            "L’image d’une pétition publique reste avec son texte, sans votre nom, sauf si vous demandez son retrait. "
            "Celle d’un brouillon s’efface avec lui."
        ),
    ),
)
# No eraser of its own: whatever deletes the row deletes the files, and so a legal hold on the row keeps them too.
registry.register_store(
    "picture-files",
    kind=StoreKind.FILES,
    where=_("dossier media/pictures du site, sous un nom tiré au hasard"),
    category=Category.PUBLICATIONS,
    personal=[_("l’image que vous donnez, redessinée : sans lieu, ni date, ni appareil")],
    purpose=_("Illustrer votre pétition"),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.PUBLIC],
    source=[Source.PERSON],
    kept_until=_(
        "jusqu’à ce que l’image quitte la pétition, ou que celle-ci soit effacée ; deux jours de plus tout au plus"
    ),
)
registry.register(
    Submission,
    category=Category.PUBLICATIONS,
    personal=["title", "text", "recipients", "note", "claimed_by"],
    impersonal=[
        "id",
        "petition",
        "kind",
        "sent_at",
        "claimed_at",
        "closed_at",
        "version",
        "tells_signers",
        "mailed_at",
    ],
    purpose=_("Lire votre texte avant de le publier, et savoir ce qui a été lu"),
    basis=[Basis.CONTRACT, Basis.LEGITIMATE_INTEREST],
    recipients=[Recipient.STAFF],
    retention=Retention(
        after=Coalesce(F("closed_at"), F("sent_at")),
        moment=_("la décision, ou l’envoi s’il n’y en a pas eu"),
        period=years(5),
        action=Action.DELETE,
    ),
    kept_until=_("au plus tard, avec la pétition"),
    rows_of=_author,
    labels={"version": _("version publiée")},
    withheld=["recipients", "claimed_by"],
)
registry.register(
    Decision,
    category=Category.STAFF,
    personal=["decided_by", "told", "statement"],
    impersonal=[
        "id",
        "subject",
        "subject_id",
        "petition_id",
        "submission",
        "act",
        "reason",
        "decided_at",
        "language",
    ],
    purpose=_("Décider de ce qui est publié, dire pourquoi, et pouvoir en répondre"),
    basis=[Basis.LEGAL_OBLIGATION],
    recipients=[Recipient.STAFF, Recipient.AUTHORITY],
    source=[Source.STAFF],
    # With its appeal, which goes where the decision goes.
    retention=Retention(
        after=Coalesce(F("appeal__closed_at"), F("decided_at")),
        moment=_("la décision, ou la réponse au recours"),
        period=years(5),
        action=Action.DELETE,
    ),
    rows_of=decisions_of,
    withheld=["decided_by", "told"],
    export=copy_of_decisions,
    erase=Erasure.KEEP,
    kept=_defence,
)
registry.register(
    Appeal,
    category=Category.PUBLICATIONS,
    personal=["text", "answer", "first_decider", "handler"],
    impersonal=["id", "decision", "filed_at", "due_on", "claimed_at", "outcome", "closed_at"],
    purpose=_("Faire revoir une décision par une autre personne"),
    basis=[Basis.LEGAL_OBLIGATION],
    recipients=[Recipient.STAFF, Recipient.AUTHORITY],
    source=[Source.PERSON, Source.STAFF],
    retention=Retention(after="closed_at", moment=_("la réponse"), period=years(5), action=Action.DELETE),
    rows_of=appeals_of,
    withheld=["first_decider", "handler"],
    export=copy_of_appeals,
    erase=Erasure.KEEP,
    kept=_defence,
)
registry.register(
    Invalidation,
    category=Category.STAFF,
    personal=["applied_by", "undone_by"],
    impersonal=["id", "petition", "rule", "found", "applied_at", "undone_at"],
    purpose=_("Ôter du compte les signatures frauduleuses, et pouvoir en répondre"),
    basis=[Basis.LEGITIMATE_INTEREST],
    recipients=[Recipient.STAFF],
    source=[Source.STAFF],
    retention=Retention(after="applied_at", moment=_("l’invalidation"), period=years(5), action=Action.DELETE),
    rows_of=by_any(by_user("applied_by"), by_user("undone_by")),
    withheld=["applied_by", "undone_by"],
    erase=Erasure.KEEP,
    kept=_defence,
)
registry.register(
    InvalidSignature,
    category=Category.SIGNATURES,
    personal=["signature"],
    impersonal=["id", "invalidation", "at"],
    purpose=_("Savoir pourquoi votre signature a été ôtée du compte"),
    basis=[Basis.LEGITIMATE_INTEREST],
    recipients=[Recipient.STAFF],
    source=[Source.SITE],
    kept_until=_("avec la signature"),
    rows_of=_signer,
    labels={"invalidation": _("vérification qui l’a ôtée du compte")},
)
registry.register(
    Dispute,
    category=Category.SIGNATURES,
    personal=["signature", "text", "answer", "first_decider", "handler"],
    impersonal=["id", "filed_at", "outcome", "closed_at"],
    purpose=_("Vous répondre quand vous dites que votre signature est vraie"),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.STAFF],
    source=[Source.PERSON, Source.STAFF],
    kept_until=_("avec la signature"),
    rows_of=_signer,
    withheld=["first_decider", "handler"],
)
