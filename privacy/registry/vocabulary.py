"""The words in which personal data is declared. Their labels are what the public reads."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Category(TextChoices):
    """Kinds of data, as the public policy lists them."""

    IDENTITY = "identity", _("Identité")
    CONTACT = "contact", _("Coordonnées")
    ACCOUNT = "account", _("Compte")
    PUBLICATIONS = "publications", _("Pétitions, commentaires et autres publications")
    SIGNATURES = "signatures", _("Signatures")
    CONNECTION = "connection", _("Connexion et navigation")
    THIRD_PARTY = "third_party", _("Connexion par un autre site")
    PAYMENTS = "payments", _("Paiements")
    MAILS = "mails", _("Courriers envoyés")
    CONSENTS = "consents", _("Preuves de consentement")
    RIGHTS = "rights", _("Demandes d’exercice des droits")
    STAFF = "staff", _("Actes de l’équipe")
    BACKUPS = "backups", _("Sauvegardes")
    TECHNICAL = "technical", _("Données techniques, qui ne concernent personne")


class Basis(TextChoices):
    """What makes the processing lawful, with the article of the GDPR."""

    CONTRACT = "6.1.b", _("exécution du service demandé (art. 6.1.b)")
    CONSENT = "6.1.a", _("consentement (art. 6.1.a)")
    EXPLICIT_CONSENT = "9.2.a", _("consentement explicite (art. 9.2.a)")
    LEGAL_OBLIGATION = "6.1.c", _("obligation légale (art. 6.1.c)")
    LEGITIMATE_INTEREST = "6.1.f", _("intérêt légitime (art. 6.1.f)")


class Recipient(TextChoices):
    """Who gets to see the data."""

    PUBLIC = "public", _("le public")
    AUTHOR = "author", _("l’auteur de la pétition")
    ADDRESSEE = "addressee", _("le destinataire de la pétition")
    PARTNER = "partner", _("le partenaire que vous avez choisi")
    STAFF = "staff", _("les membres habilités de l’équipe")
    DPO = "dpo", _("le délégué à la protection des données")
    MAILER = "mailer", _("le prestataire qui achemine les courriers")
    HOST = "host", _("l’hébergeur")
    GOOGLE = "google", "Google"
    META = "meta", "Meta"
    STRIPE = "stripe", "Stripe"
    PAYPAL = "paypal", "PayPal"
    ACCOUNTANT = "accountant", _("l’expert-comptable")
    CNIL = "cnil", _("la CNIL, à sa demande")
    AUTHORITY = "authority", _("une autorité, sur demande légale")


class Source(TextChoices):
    """Where the data came from (GDPR art. 14.2.f)."""

    PERSON = "person", _("vous-même")
    BROWSER = "browser", _("votre navigateur")
    SITE = "site", _("le fonctionnement du site")
    AUTHOR = "author", _("l’auteur de la pétition")
    STAFF = "staff", _("l’équipe du site")
    PROVIDER = "provider", _("le service par lequel vous vous connectez ou payez")


class Action(TextChoices):
    """What happens when the period has passed."""

    DELETE = "delete", _("tout est effacé")
    CLEAR = "clear", _("ces données sont effacées")
    PSEUDONYMISE = "pseudonymise", _("une empreinte remplace votre nom")
    AGGREGATE = "aggregate", _("tout est effacé, sauf un total anonyme")
    ARCHIVE = "archive", _("mise en archive, hors des écrans")


class Erasure(TextChoices):
    """What happens to the rows when the person asks to be erased."""

    DELETE = "delete", _("effacé")
    CLEAR = "clear", _("vos données en sont retirées")
    PSEUDONYMISE = "pseudonymise", _("remplacé par une empreinte")
    KEEP = "keep", _("conservé")
    EXPIRES = "expires", _("disparaît de soi-même à la fin de la durée dite")


class StoreKind(TextChoices):
    """Places other than tables."""

    FILES = "files", _("fichiers")
    ROWS = "rows", _("lignes d’une autre personne")
    CACHE = "cache", _("cache")
    COUNTERS = "counters", _("compteurs")
    QUEUE = "queue", _("file de tâches")
    LOGS = "logs", _("journaux")
    BROWSER = "browser", _("votre navigateur")
    PROCESSOR = "processor", _("sous-traitant")
