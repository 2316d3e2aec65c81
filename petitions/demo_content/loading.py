"""Store the demo: authors, petitions, signatures with their consents, and the tally that counts them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from mesopinions.core.addresses import address_key, canonical_email
from petitions.demo_content.people import Person, Place, people, place
from petitions.demo_content.texts import DemoPetition, read_all
from petitions.models import Comment, Petition, Recipient, Signature, TallyDelta, Theme
from petitions.models.tally import Kind
from petitions.services import tally
from petitions.services.importing import publish_all
from privacy.consent import Purpose, current_text
from privacy.models import ConsentRecord

PUBLIC_NAME_SHARE = 0.35
UPDATES_SHARE = 0.25
ONE_WITHDRAWN_IN = 120
WITHDRAWN_WITHIN_DAYS = 20  # the proof of a withdrawal is kept 30 days


@dataclass(frozen=True, slots=True)
class Signing:
    """One invented act of signing, before it has a row."""

    person: Person
    place: Place
    signed_at: datetime
    confirmed_at: datetime
    withdrawn_at: datetime | None
    is_name_public: bool
    wants_updates: bool


@transaction.atomic
def load(*, at: datetime) -> int:
    """Add the demo petitions that are not there, as if today were the day of `at`. Returns how many were added."""
    known = set(Petition.objects.filter(source_ref__startswith="demo:").values_list("source_ref", flat=True))
    crowd = people()
    added = 0
    for content in read_all():
        size = content.signatures + content.signatures // ONE_WITHDRAWN_IN
        signers = list(islice(crowd, size))  # taken also for a petition that is there: everybody keeps theirs
        if content.source_ref not in known:
            petition = _publish(content, at)
            _sign(petition, content, list(_signings(petition, content, signers, at)))
            added += 1
    tally.fold()
    return added


def _publish(content: DemoPetition, at: datetime) -> Petition:
    published_at = at - timedelta(days=content.published_days_ago)
    petition = Petition(
        author=_author(content, at),
        author_name=content.author,
        theme=Theme.objects.get(slug=content.theme),
        slug=content.slug,
        status=Petition.Status.SUBMITTED,
        goal=content.goal,
        closes_on=timezone.localdate(at) + timedelta(days=content.closes_in_days - (content.closed_days_ago or 0)),
        created_at=published_at - timedelta(days=2),
        published_at=published_at,
        source_ref=content.source_ref,
    )
    publish_all([petition], [(content.title, content.text)], at=at)
    Recipient.objects.bulk_create(
        Recipient(petition=petition, position=position, name=name, role=role)
        for position, (name, role) in enumerate(content.recipients, start=1)
    )
    if content.closed_days_ago is not None:
        closed_at = at - timedelta(days=content.closed_days_ago)
        Petition.objects.filter(pk=petition.pk).update(status=Petition.Status.CLOSED, closed_at=closed_at)
    petition.refresh_from_db()
    return petition


def _author(content: DemoPetition, at: datetime) -> User:
    author = User.objects.filter(email=content.author_email).first()
    return author or User.objects.create_user(
        content.author_email, public_name=content.author, email_confirmed_at=at - timedelta(days=400)
    )


def _signings(petition: Petition, content: DemoPetition, signers: list[Person], at: datetime) -> Iterator[Signing]:
    """Draw when and where everybody signs: a rush at first, then fewer a day."""
    random = Random(content.slug)  # noqa: S311 - invented data wants to be repeatable
    start = petition.published_at or at
    end = (petition.closed_at or at) - timedelta(hours=3)
    for number, person in enumerate(signers):
        signed_at = start + (end - start) * random.betavariate(1.1, 1.7)
        confirmed_at = signed_at + timedelta(minutes=random.uniform(1, 170))
        recently = max(confirmed_at, at - timedelta(days=WITHDRAWN_WITHIN_DAYS))
        stays = number < content.signatures
        yield Signing(
            person=person,
            place=place(random, content.near),
            signed_at=signed_at,
            confirmed_at=confirmed_at,
            withdrawn_at=None if stays else recently + (at - recently) * random.random(),
            is_name_public=stays and random.random() < PUBLIC_NAME_SHARE,
            wants_updates=stays and random.random() < UPDATES_SHARE,
        )


def _sign(petition: Petition, content: DemoPetition, signings: Sequence[Signing]) -> None:
    """Insert what the journey of these signings would have left: consents, signatures, comments and the ledger."""
    scope = f"petition:{petition.pk}"
    consents = ConsentRecord.objects.bulk_create(
        _consent(signing, Purpose.POLITICAL_SIGNATURE, scope, signing.signed_at) for signing in signings
    )
    signatures = Signature.objects.bulk_create(
        _signature(petition, signing, consent) for signing, consent in zip(signings, consents, strict=True)
    )
    signed = list(zip(signings, signatures, strict=True))
    ConsentRecord.objects.bulk_create(
        [
            *(
                _consent(signing, Purpose.PUBLIC_NAME, f"signature:{signature.pk}", signing.signed_at)
                for signing, signature in signed
                if signing.is_name_public
            ),
            *(
                _consent(signing, Purpose.AUTHOR_UPDATES, scope, signing.signed_at)
                for signing in signings
                if signing.wants_updates
            ),
            *(
                _consent(signing, Purpose.POLITICAL_SIGNATURE, scope, signing.withdrawn_at, granted=False)
                for signing in signings
                if signing.withdrawn_at
            ),
        ]
    )
    _comment(petition, content.comments, [pair for pair in signed if pair[0].withdrawn_at is None])
    TallyDelta.objects.bulk_create(_deltas(petition, signings))


def _consent(
    signing: Signing, purpose: Purpose, scope: str, recorded_at: datetime, *, granted: bool = True
) -> ConsentRecord:
    text = current_text(purpose)
    return ConsentRecord(
        subject_key=address_key(signing.person.email),
        purpose=purpose,
        scope=scope,
        granted=granted,
        text_version=text.version,
        text_hash=text.sha256("fr"),
        language="fr",
        place="sign_form" if granted else "signature_page",
        recorded_at=recorded_at,
    )


def _signature(petition: Petition, signing: Signing, consent: ConsentRecord) -> Signature:
    status = Signature.Status.WITHDRAWN if signing.withdrawn_at else Signature.Status.CONFIRMED
    return Signature(
        petition=petition,
        text_version=petition.text,
        consent=consent,
        status=status,
        first_name=signing.person.first_name,
        last_name=signing.person.last_name,
        email=signing.person.email,
        canonical_email=canonical_email(signing.person.email),
        country=signing.place.country,
        postal_code=signing.place.postal_code,
        city=signing.place.city,
        departement=signing.place.departement,
        is_name_public=signing.is_name_public,
        language="fr",
        created_at=signing.signed_at,
        confirmed_at=signing.confirmed_at,
        withdrawn_at=signing.withdrawn_at,
    )


def _comment(petition: Petition, texts: list[str], signed: Sequence[tuple[Signing, Signature]]) -> None:
    """Give each comment to a signer, spread over the life of the petition."""
    by_time = sorted(signed, key=lambda pair: pair[0].confirmed_at)
    chosen = by_time[:: max(1, len(by_time) // len(texts))][: len(texts)]
    Comment.objects.bulk_create(
        Comment(
            petition=petition,
            signature=signature,
            text=text,
            created_at=signing.signed_at,
            published_at=signing.confirmed_at,
        )
        for text, (signing, signature) in zip(texts, chosen, strict=True)
    )


def _deltas(petition: Petition, signings: Sequence[Signing]) -> Iterator[TallyDelta]:
    for signing in signings:
        moves = [(Kind.CONFIRMATION, signing.confirmed_at)]
        if signing.withdrawn_at:
            moves.append((Kind.WITHDRAWAL, signing.withdrawn_at))
        for kind, moment in moves:
            yield TallyDelta(
                petition=petition,
                day=timezone.localdate(moment),
                departement=signing.place.departement,
                kind=kind,
                delta=tally.SIGN_OF_KIND[kind],
            )
