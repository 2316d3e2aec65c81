"""The places that are no table: files, cache, counters, queue, logs, the visitor's browser, processors, backups."""

from django.utils.translation import gettext_lazy as _

from mesopinions.mail.backends import forget_files
from privacy import registry
from privacy.registry import Basis, Category, Erasure, Recipient, Source, StoreKind
from privacy.requests import packages

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
    erase=Erasure.DELETE,
    eraser=lambda subject, really: forget_files(subject.email, really=really),
)
registry.register_store(
    "exports",
    kind=StoreKind.FILES,
    where=_("dossier privé du site, chiffré"),
    category=Category.RIGHTS,
    personal=[_("copie de vos données")],
    purpose=_("Vous remettre la copie que vous avez demandée"),
    basis=[Basis.LEGAL_OBLIGATION],
    recipients=[],
    source=[Source.SITE],
    kept_until=_("jusqu’à la fin du lien qui y mène"),
    erase=Erasure.DELETE,
    eraser=packages.erase_packages,
)
registry.register_store(
    "rate-limits",
    kind=StoreKind.COUNTERS,
    where=_("Redis"),
    category=Category.CONNECTION,
    personal=[_("empreinte de l’adresse IP"), _("empreinte de l’adresse e-mail"), _("empreinte du numéro de compte")],
    purpose=_("Freiner les abus, et qui essaie des mots de passe et des codes"),
    basis=[Basis.LEGITIMATE_INTEREST],
    recipients=[],
    source=[Source.BROWSER],
    kept_until=_("jusqu’à la fin de la fenêtre de comptage, une heure au plus"),
)
registry.register_store(
    "login-limits",
    kind=StoreKind.COUNTERS,
    where=_("Redis"),
    category=Category.CONNECTION,
    personal=[_("empreinte de l’adresse IP"), _("empreinte de l’adresse e-mail"), _("empreinte du numéro de compte")],
    purpose=_("Ne laisser servir un code qu’une fois, et freiner les changements répétés d’un compte"),
    basis=[Basis.LEGITIMATE_INTEREST],
    recipients=[],
    source=[Source.BROWSER, Source.PERSON],
    kept_until=_("cinq minutes au plus"),
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
registry.register_store(
    "mailer",
    kind=StoreKind.PROCESSOR,
    where=_("prestataire qui achemine les courriers"),
    category=Category.MAILS,
    personal=[_("adresse e-mail"), _("texte du courrier")],
    purpose=_("Porter nos courriers jusqu’à votre boîte, et nous dire ceux qui reviennent"),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.MAILER],
    source=[Source.SITE],
    kept_until=_("le temps de l’acheminement"),
)
registry.register_store(
    "backups",
    kind=StoreKind.FILES,
    where=_("sauvegardes de la base, chez l’hébergeur"),
    category=Category.BACKUPS,
    personal=[_("tout ce que la base contenait ce jour-là")],
    purpose=_("Remettre le site en marche après une panne"),
    basis=[Basis.LEGITIMATE_INTEREST],
    recipients=[Recipient.HOST],
    source=[Source.SITE],
    kept_until=_("35 jours ; avant d’en remettre une en service, nous y effaçons de nouveau ce qui l’avait été"),
)
