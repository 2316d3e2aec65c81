"""The person who logs in. Signers need no account and have no row here."""

import re
from collections.abc import Iterable
from itertools import count
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import connection, models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from mesopinions.core.addresses import canonical_email, normalised_email

LONGEST_SLUG = 80


def slug_of(public_name: str) -> str:
    """Return a public name as an address writes it, '' when there is none."""
    return (slugify(public_name)[:LONGEST_SLUG].strip("-") or "auteur") if public_name.strip() else ""


class UserManager(BaseUserManager["User"]):
    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return the form that is stored. Django calls this on every way in: manager, forms, createsuperuser."""
        # allauth compares addresses in lower case, so an account keeps its own in that form.
        return normalised_email(email or "").lower()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account, and tell allauth whether its e-mail is confirmed (`email_confirmed_at`).

        Without a password one logs in with codes, or with what is added to the account later.

        Raises ValueError without an e-mail and IntegrityError when the address has an account, whatever its case.
        """
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        with transaction.atomic(using=self._db):
            user.save(using=self._db)
            EmailAddress.objects.create(
                user=user, email=user.email, primary=True, verified=user.email_confirmed_at is not None
            )
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account that may do everything in the admin. Whoever has a shell here vouches for the address."""
        rights = {"is_staff": True, "is_superuser": True}
        return self.create_user(email, password, **{"email_confirmed_at": timezone.now(), **fields, **rights})

    def free_slug(self, base: str) -> str:
        """Return `base`, or `base` with the first number that nobody has. Call it in the transaction that stores it."""
        with connection.cursor() as cursor:  # two people of one name would both find it free
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('accounts.slug'), hashtext(%s))", [base])
        taken = set(self.filter(slug__startswith=base).values_list("slug", flat=True))
        return next(slug for number in count(1) if (slug := base if number == 1 else f"{base}-{number}") not in taken)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the account with this e-mail, whatever its case, through the index that makes it unique."""
        return self.alias(folded=Lower("email")).get(folded=Lower(Value(username or "")))


class User(AbstractBaseUser, PermissionsMixin):
    class Language(models.TextChoices):
        FRENCH = "fr", "Français"
        ENGLISH = "en", "English"

    class Notice(models.IntegerChoices):
        """How far the end of an account that nobody uses has come."""

        NONE = 0, _("aucun")
        FIRST = 1, _("premier, un mois avant")
        SECOND = 2, _("second, une semaine avant")
        DUE = 3, _("échu")

    # unique=True answers Django's check of the login field; the rule itself is the constraint on lower(email).
    email = models.EmailField(
        _("adresse e-mail"),
        unique=True,
        error_messages={"unique": _("Cette adresse a déjà un compte.")},
    )
    canonical_email = models.CharField(_("adresse canonique"), max_length=254, editable=False)
    first_name = models.CharField(_("prénom"), max_length=100, blank=True)
    last_name = models.CharField(_("nom"), max_length=100, blank=True)
    public_name = models.CharField(_("nom public"), max_length=150, blank=True)
    public_bio = models.CharField(_("présentation publique"), max_length=600, blank=True, db_default="")
    # In the address of the author's page. It follows from the public name, so a former name leads nowhere.
    slug = models.SlugField(_("adresse publique"), max_length=90, unique=True, null=True, blank=True, editable=False)
    language = models.CharField(_("langue"), max_length=5, choices=Language, default=Language.FRENCH)
    is_staff = models.BooleanField(_("membre de l’équipe"), default=False)
    is_active = models.BooleanField(_("compte actif"), default=True)
    email_confirmed_at = models.DateTimeField(_("adresse confirmée le"), null=True, blank=True)
    created_at = models.DateTimeField(_("créé le"), db_default=Now(), editable=False)
    # The two years of inactivity count from here: creation, then every login.
    last_seen_at = models.DateTimeField(_("vu le"), db_default=Now(), editable=False)
    # What the owner of a sleeping account was told, and when. Only an account that is due to go is purged.
    notice = models.PositiveSmallIntegerField(
        _("avertissement d’inactivité"), choices=Notice, default=Notice.NONE, db_default=0, editable=False
    )
    notice_at = models.DateTimeField(_("averti le"), null=True, blank=True, editable=False)
    # Its owner closed it: until then they may change their mind, then everything is erased.
    closes_at = models.DateTimeField(_("fermeture le"), null=True, blank=True, editable=False)
    leaves_counts = models.BooleanField(
        _("ôter ses signatures des comptes"), default=False, db_default=False, editable=False
    )

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("compte")
        verbose_name_plural = _("comptes")
        indexes = [
            models.Index(fields=["canonical_email"], name="user_canonical_email"),
            models.Index(fields=["last_seen_at"], name="user_last_seen"),
            models.Index(fields=["closes_at"], name="user_closing", condition=Q(closes_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_is_unique_whatever_its_case",
                violation_error_message=_("Cette adresse a déjà un compte."),
            ),
            models.CheckConstraint(condition=Q(email__contains="@"), name="user_email_has_an_at_sign"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_is_in_lower_case"),
            models.CheckConstraint(condition=Q(language__in=["fr", "en"]), name="user_language_is_known"),
            models.CheckConstraint(condition=Q(is_superuser=False) | Q(is_staff=True), name="user_superuser_is_staff"),
            models.CheckConstraint(
                condition=Q(notice=0, notice_at=None) | Q(notice__in=[1, 2, 3], notice_at__isnull=False),
                name="user_notice_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        # Ends up in logs and in the admin's journal, so it names the row and not the person.
        return f"compte {self.pk}"

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save, with the canonical address that follows from the address, and the slug from the public name."""
        self.canonical_email = canonical_email(self.email)
        if update_fields is not None:
            followed = {"email": "canonical_email", "public_name": "slug"}
            update_fields = {*update_fields, *(followed[name] for name in followed.keys() & set(update_fields))}
        with transaction.atomic():
            if update_fields is None or "slug" in update_fields:
                self._follow_public_name()
            super().save(*args, update_fields=update_fields, **kwargs)

    def _follow_public_name(self) -> None:
        """Choose the slug once for each public name: « Alice Martin » is alice-martin, the next one alice-martin-2."""
        base = slug_of(self.public_name)
        if not base:
            self.slug = None
        elif not self.slug or not re.fullmatch(rf"{base}(-\d+)?", self.slug):
            self.slug = User.objects.free_slug(base)

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name
