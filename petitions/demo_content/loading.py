"""Store the demo: authors, petitions, signatures with their consents, and the tally that counts them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from mesopinions.core.addresses import canonical_email, exact_address_key
from mesopinions.mail.models import OutgoingMail
from petitions.demo_content import desk
from petitions.demo_content.people import ALICE, Person, Place, named, people, place, place_of
from petitions.demo_content.texts import DemoComment, DemoPetition, DemoUpdate, read_all
from petitions.models import Comment, Petition, Recipient, Signature, TallyDelta, TextVersion, Theme, Update
from petitions.models.tally import Kind
from petitions.services import tally, trending
from privacy.consent import Purpose, current_text
from privacy.models import ConsentRecord

PUBLIC_NAME_SHARE = 0.35
UPDATES_SHARE = 0.25
ONE_WITHDRAWN_IN = 120
WITHDRAWN_WITHIN_DAYS = 20  # the proof of a withdrawal is kept 30 days
# What the demo's author signed before she opened her account: her page shows it.
SIGNED_BY_ALICE = (
    "le-train-de-6-h-12",
    "rallumez-le-rex",
    "dialyse-a-saint-laurent",
    "remettez-les-bancs",
    "plateau-de-la-combe-noire",
)

Status = Petition.Status
# How what was once public got to be what it is. The database refuses every other way.
WAY_TO = {
    Status.PUBLISHED: (Status.SUBMITTED, Status.PUBLISHED),
    Status.CLOSED: (Status.SUBMITTED, Status.PUBLISHED, Status.CLOSED),
    Status.REMOVED: (Status.SUBMITTED, Status.PUBLISHED),
}
# A flood: one network and one browser, that of a program, from places all over France.
FLOOD_NETWORK = "203.0.113"  # nobody's (RFC 5737)
FLOOD_BROWSER = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/118.0 Safari/537.36"
)
FLOOD_DAYS_AGO, FLOOD_LASTS = 3, timedelta(minutes=40)


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
    comment: str = ""
    ip_address: str | None = None
    browser: str = ""


@transaction.atomic
def load(*, at: datetime) -> int:
    """Add the demo petitions that are not there, as if today were the day of `at`. Returns how many were added."""
    known = set(Petition.objects.filter(source_ref__startswith="demo:").values_list("source_ref", flat=True))
    crowd = people()
    authors = []
    for content in read_all():
        size = content.signatures + content.signatures // ONE_WITHDRAWN_IN
        signers = list(islice(crowd, size))  # taken also for a petition that is there: everybody keeps theirs
        if content.source_ref not in known:
            authors.append(content.author_email)
            _add(content, signers, at)
    tally.fold()
    trending.score(timezone.localdate(at))
    OutgoingMail.objects.filter(recipient__in=authors, sent_at=None).delete()  # nobody reads them
    return len(authors)


def _add(content: DemoPetition, signers: list[Person], at: datetime) -> None:
    if content.status not in WAY_TO:
        desk.write(content, author=_author(content, at), at=at)
        return
    petition = _store(content, at)
    signings = _flooded(content, list(_signings(content, signers, at)), at)
    _sign(petition, _with_alice(content, _commented(content, signings)))
    desk.edit(content, petition, at=at)
    if content.status == Status.REMOVED:
        desk.remove(content, petition, at=at)


def _store(content: DemoPetition, at: datetime) -> Petition:
    """Insert a draft with its recipients and words, and walk it to the status that it had in public."""
    created_at = at - timedelta(days=content.published_days_ago + 2)
    petition = Petition.objects.create(
        author=_author(content, at),
        author_name=content.author,
        theme=Theme.objects.get(slug=content.theme),
        slug=content.slug,
        goal=content.goal,
        closes_on=timezone.localdate(at) + timedelta(days=content.closes_in_days - (content.closed_days_ago or 0)),
        created_at=created_at,
        source_ref=content.source_ref,
    )
    Recipient.objects.bulk_create(
        Recipient(petition=petition, position=position, name=name, role=role)
        for position, (name, role) in enumerate(content.recipients, start=1)
    )
    petition.current_text = _write(petition, content, at)
    petition.save()
    for status in WAY_TO[content.status]:
        petition.status = status
        if status == Status.PUBLISHED:
            petition.published_at = _published_at(content, at)
        if status == Status.CLOSED:
            petition.closed_at = _ended_at(content, at)
        petition.save()
    _tell(petition, content, at)
    return petition


def _tell(petition: Petition, content: DemoPetition, at: datetime) -> None:
    """Insert the news, as if its mails had left long ago, and the outcome."""
    Update.objects.bulk_create(
        _update(petition, number, news, at - timedelta(days=news.days_ago))
        for number, news in enumerate(content.updates, start=1)
    )
    if content.outcome:
        petition.outcome, petition.outcome_words = content.outcome.kind, content.outcome.words
        petition.outcome_on = timezone.localdate(at - timedelta(days=content.outcome.days_ago))
        petition.save(update_fields=["outcome", "outcome_words", "outcome_on"])


def _update(petition: Petition, number: int, news: DemoUpdate, at: datetime) -> Update:
    return Update(petition=petition, number=number, title=news.title, text=news.text, published_at=at, mailed_at=at)


def _write(petition: Petition, content: DemoPetition, at: datetime) -> TextVersion:
    """Insert the words, after those that they replaced. Returns the version in force."""
    words = [(content.text, petition.created_at)]
    if content.revised_days_ago:
        words = [
            (content.first_text, petition.created_at),
            (content.text, at - timedelta(days=content.revised_days_ago)),
        ]
    recipients = [{"name": name, "role": role} for name, role in content.recipients]
    versions = TextVersion.objects.bulk_create(
        TextVersion(
            petition=petition,
            number=number,
            title=content.title,
            text=text,
            recipients=recipients,
            created_at=written_at,
        )
        for number, (text, written_at) in enumerate(words, start=1)
    )
    return versions[-1]


def _published_at(content: DemoPetition, at: datetime) -> datetime:
    return at - timedelta(days=content.published_days_ago)


def _ended_at(content: DemoPetition, at: datetime) -> datetime:
    return at - timedelta(days=content.closed_days_ago or 0)


def _author(content: DemoPetition, at: datetime) -> User:
    author = User.objects.filter(email=content.author_email).first()
    return author or User.objects.create_user(
        content.author_email, public_name=content.author, email_confirmed_at=at - timedelta(days=400)
    )


def _signings(content: DemoPetition, signers: list[Person], at: datetime) -> Iterator[Signing]:
    """Draw when and where everybody signs: a rush at first, steeper here than there, then fewer a day."""
    random = Random(content.slug)  # noqa: S311 - invented data wants to be repeatable
    start = _published_at(content, at)
    end = _ended_at(content, at) - timedelta(hours=3)
    rush = random.uniform(1.1, 3.5)
    for number, person in enumerate(signers):
        signed_at = start + (end - start) * random.betavariate(1.1, rush)
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


def _flooded(content: DemoPetition, signings: list[Signing], at: datetime) -> list[Signing]:
    """Let a program have made the last of those who stay."""
    random = Random(f"flood of {content.slug}")  # noqa: S311 - invented data wants to be repeatable
    start = at - timedelta(days=FLOOD_DAYS_AGO)
    for number in range(content.signatures - content.flood, content.signatures):
        signed_at = start + FLOOD_LASTS * random.random()
        signings[number] = replace(
            signings[number],
            place=place(random, frozenset()),
            signed_at=signed_at,
            confirmed_at=signed_at + timedelta(seconds=random.uniform(20, 90)),
            is_name_public=False,
            wants_updates=False,
            ip_address=f"{FLOOD_NETWORK}.{random.randint(1, 254)}",
            browser=FLOOD_BROWSER,
        )
    return signings


def _commented(content: DemoPetition, signings: list[Signing]) -> list[Signing]:
    """Let the comments be said by signers from the first days to the last, in the names that their authors give."""
    if not content.comments:
        return signings
    staying = [number for number, it in enumerate(signings) if it.withdrawn_at is None and not it.browser]
    by_time = sorted(staying, key=lambda number: signings[number].confirmed_at)
    speakers = by_time[:: len(by_time) // len(content.comments)]
    for comment, number in zip(content.comments, speakers, strict=False):
        signings[number] = _saying(comment, signings[number])
    return signings


def _with_alice(content: DemoPetition, signings: list[Signing]) -> list[Signing]:
    """Let Alice be one of those who stay and say nothing, where she signed."""
    if content.slug in SIGNED_BY_ALICE:
        number = next(number for number, it in enumerate(signings) if not it.comment and it.withdrawn_at is None)
        signings[number] = replace(signings[number], person=ALICE, wants_updates=True)
    return signings


def _saying(comment: DemoComment, signing: Signing) -> Signing:
    return replace(
        signing,
        comment=comment.text,
        person=named(comment.signer) if comment.signer else signing.person,
        place=place_of(comment.postal_code) if comment.postal_code else signing.place,
        is_name_public=bool(comment.signer),
    )


def _sign(petition: Petition, signings: Sequence[Signing]) -> None:
    """Insert what the journey of these signings would have left: consents, signatures, comments and the ledger."""
    scope = f"petition:{petition.pk}"
    consents = ConsentRecord.objects.bulk_create(
        _consent(signing, Purpose.POLITICAL_SIGNATURE, scope, signing.signed_at) for signing in signings
    )
    versions = list(petition.versions.order_by("number"))
    signatures = Signature.objects.bulk_create(
        _signature(versions, signing, consent) for signing, consent in zip(signings, consents, strict=True)
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
    Comment.objects.bulk_create(_comment(signing, signature) for signing, signature in signed if signing.comment)
    TallyDelta.objects.bulk_create(_deltas(petition, signings))


def _comment(signing: Signing, signature: Signature) -> Comment:
    return Comment(
        petition_id=signature.petition_id,
        signature=signature,
        text=signing.comment,
        created_at=signing.signed_at,
        published_at=signing.confirmed_at,
    )


def _consent(
    signing: Signing, purpose: Purpose, scope: str, recorded_at: datetime, *, granted: bool = True
) -> ConsentRecord:
    text = current_text(purpose)
    return ConsentRecord(
        subject_key=exact_address_key(signing.person.email),
        purpose=purpose,
        scope=scope,
        granted=granted,
        text_version=text.version,
        text_hash=text.sha256("fr"),
        language="fr",
        place="sign_form" if granted else "signature_page",
        recorded_at=recorded_at,
    )


def _signature(versions: Sequence[TextVersion], signing: Signing, consent: ConsentRecord) -> Signature:
    """Return the row, bound to the version that was in force when the person signed."""
    status = Signature.Status.WITHDRAWN if signing.withdrawn_at else Signature.Status.CONFIRMED
    return Signature(
        petition_id=versions[0].petition_id,
        text_version=next(version for version in reversed(versions) if version.created_at < signing.signed_at),
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
        ip_address=signing.ip_address,
        browser=signing.browser,
        created_at=signing.signed_at,
        confirmed_at=signing.confirmed_at,
        withdrawn_at=signing.withdrawn_at,
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
