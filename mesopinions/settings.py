"""The one settings file. Everything that differs between machines is read from the environment.

`LOCAL` is what `make run` sets: generated keys, mails as files, plain HTTP. It is refused for a public address.
The list of variables is in docs/operations.md.
"""

import os
from pathlib import Path
from urllib.parse import unquote

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from mesopinions import rate_limits, schedule, staff_groups
from mesopinions.core import env, providers
from mesopinions.local.data_dir import DataDir

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.path("DATA_DIR", BASE_DIR / ".data")
_data_dir = DataDir(DATA_DIR)

# A folder that holds generated keys was made by `make run`, so manage.py in another shell is local too.
_embedded = not os.environ.get("DATABASE_URL")
LOCAL = env.flag("LOCAL", default=_embedded and _data_dir.keys_file.exists())
DEBUG = env.flag("DEBUG", default=False)
PORT = env.integer("PORT", 8000, minimum=1)

SITE_URL = env.url("SITE_URL", f"http://localhost:{PORT}" if LOCAL else None, schemes={"http", "https"})
SITE_ORIGIN = f"{SITE_URL.scheme}://{SITE_URL.netloc}"
_loopback = {"localhost", "127.0.0.1", "::1"}
if (LOCAL or DEBUG) and SITE_URL.hostname not in _loopback:
    raise ImproperlyConfigured("LOCAL=1 and DEBUG=1 are for this machine only: SITE_URL must be a localhost address.")
if not LOCAL and SITE_URL.scheme != "https":
    raise ImproperlyConfigured("SITE_URL starts with https:// in production.")
ALLOWED_HOSTS = [SITE_URL.hostname or "", *(["localhost", "127.0.0.1", "[::1]"] if LOCAL else [])]
ROOT_URLCONF = "mesopinions.urls"
WSGI_APPLICATION = "mesopinions.wsgi.application"

# --- Keys -----------------------------------------------------------------------------------------------------------
_generated = _data_dir.keys() if LOCAL else {}


def _key(name: str) -> str:
    value = env.text(name, _generated.get(name))
    if not LOCAL and any(len(part) < 32 or len(set(part)) < 8 for part in value.split(",")):
        raise ImproperlyConfigured(f"{name} needs at least 32 characters of randomness.")
    return value


SECRET_KEY = _key("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.listing("SECRET_KEY_FALLBACKS", "")
LINK_KEYS = _key("LINK_KEYS").split(",")  # signs the links in mails, newest first; outlives SECRET_KEY
PSEUDONYM_KEY = _key("PSEUDONYM_KEY")  # keyed hashes of addresses; never rotates
FIELD_KEYS = _key("FIELD_KEYS").split(",")  # encrypted fields and files, newest first

# --- Who runs the site ----------------------------------------------------------------------------------------------
_controller_of_this_machine = {
    "CONTROLLER_NAME": "MesOpinions, site d’essai",
    "CONTROLLER_REGISTRATION": "RCS fictif 000 000 000",
    "CONTROLLER_ADDRESS": "sur cet ordinateur",
    "PRIVACY_EMAIL": "vie-privee@localhost",
    "DPO_NAME": "Camille Exemple",
    "MEDIATOR": "Médiateur d’essai",
}
CONTROLLER = {
    name.lower(): env.text(name, here if LOCAL else None) for name, here in _controller_of_this_machine.items()
}

# --- Applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "mesopinions.core.apps.StaffSiteConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its widget templates, for FORM_RENDERER
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.facebook",
    "allauth.socialaccount.providers.google",
    "allauth.usersessions",
    "csp",
    "mesopinions.core",
    "mesopinions.mail",
    "privacy",
    "accounts",
    "petitions",
]

MIDDLEWARE = [
    "mesopinions.core.page_cache.PageCacheMiddleware",  # outermost: a cached page costs nothing below
    "mesopinions.core.logs.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mesopinions.core.middleware.ConstantCSPMiddleware",
    "mesopinions.core.middleware.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "mesopinions.core.middleware.PathLanguageMiddleware",
    "mesopinions.core.middleware.PlainRequestMiddleware",
    "mesopinions.core.middleware.MethodPageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.RefusedFormMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mesopinions.core.context.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "mesopinions.core.templatetags.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Stores ---------------------------------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL", _data_dir.database_url if LOCAL else None)
_database = conninfo_to_dict(DATABASE_URL)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.get("dbname", "mesopinions"),
        "USER": _database.get("user", ""),
        "PASSWORD": _database.get("password", ""),
        "HOST": _database.get("host", ""),
        "PORT": _database.get("port", ""),
        "CONN_HEALTH_CHECKS": True,
        # No start-up options and no prepared statements: PgBouncer in transaction mode keeps neither.
        "OPTIONS": {
            "prepare_threshold": None,
            "pool": {"min_size": 1, "max_size": env.integer("DATABASE_POOL", 8, minimum=1), "timeout": 2},
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL", _data_dir.redis_url if LOCAL else None)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "KEY_FUNCTION": "mesopinions.core.cache_keys.keyed",  # allauth's limits count by address
    }
}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Europe/Paris"
PERIODIC_JOBS = schedule.PERIODIC_JOBS
CELERY_BEAT_SCHEDULE = schedule.beat_schedule(PERIODIC_JOBS)

# --- People ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
STAFF_GROUPS = staff_groups.STAFF_GROUPS
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.GuessablePasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["accounts.adapters.backend.PasswordBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account"
LOGOUT_REDIRECT_URL = "home"

# Accounts (allauth). What it would say and mail goes through accounts/adapters.
ACCOUNT_ADAPTER = "accounts.adapters.account.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # without a password, one logs in with mailed codes
ACCOUNT_FORMS = {
    "change_password": "accounts.forms.passwords.ChangePasswordForm",
    "confirm_login_code": "accounts.forms.entrance.LoginCodeForm",
    "confirm_email_verification_code": "accounts.forms.entrance.EmailCodeForm",
    "confirm_password_reset_code": "accounts.forms.passwords.ResetCodeForm",
    "login": "accounts.forms.entrance.LoginForm",
    "reauthenticate": "accounts.forms.passwords.ReauthenticateForm",
    "request_login_code": "accounts.forms.entrance.RequestCodeForm",
    "reset_password": "accounts.forms.passwords.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.passwords.NewPasswordForm",
    "set_password": "accounts.forms.passwords.SetPasswordForm",
    "signup": "accounts.forms.entrance.SignupForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60  # as the mails say
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this session stays, the others end (accounts.services.sessions)
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# These are counted by RATE_LIMITS below, which say exactly when to come back. A school or a town hall has one IP
# address for all, so what counts by it is generous, and what protects one person counts by their address.
ACCOUNT_RATE_LIMITS = {
    **dict.fromkeys(["confirm_email", "login", "login_failed", "signup", "request_login_code", "reset_password"]),
    "reset_password_from_key": "60/m/ip",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
MFA_ADAPTER = "accounts.adapters.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "activate_totp": "accounts.forms.security.ActivateTOTPForm",
    "add_webauthn": "accounts.forms.security.AddPasskeyForm",
    "authenticate": "accounts.forms.security.AuthenticateForm",
    "authenticate_webauthn": "accounts.forms.security.AuthenticatePasskeyForm",
    "edit_webauthn": "accounts.forms.security.RenamePasskeyForm",
    "login_webauthn": "accounts.forms.security.LoginPasskeyForm",
    "reauthenticate": "accounts.forms.security.ReauthenticateForm",
    "reauthenticate_webauthn": "accounts.forms.security.ReauthenticatePasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "MesOpinions"
MFA_TOTP_TOLERANCE = 1  # half a minute either way: phones' clocks drift
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL  # http://localhost
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # the device asks for a finger, a face or its PIN
SOCIALACCOUNT_ADAPTER = "accounts.adapters.social.SocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False  # what the provider told is shown before an account is made
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_FORMS = {"signup": "accounts.forms.social.SocialSignupForm"}
SOCIALACCOUNT_LOGIN_ON_GET = True  # the buttons are plain links: no script and no form of another site's
SOCIALACCOUNT_QUERY_EMAIL = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = providers.configured(
    google=providers.Keys(
        env.text("GOOGLE_CLIENT_ID", ""), env.text("GOOGLE_CLIENT_SECRET", ""), env.text("GOOGLE_BASE_URL", "")
    ),
    facebook=providers.Keys(
        env.text("FACEBOOK_CLIENT_ID", ""), env.text("FACEBOOK_CLIENT_SECRET", ""), env.text("FACEBOOK_BASE_URL", "")
    ),
)

# --- Language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- Static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
    "private": {"BACKEND": "mesopinions.core.private_files.PrivateFiles"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # /favicon.ico and the like, which browsers ask for without being told
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
PRIVATE_ROOT = DATA_DIR / "private"  # encrypted with FIELD_KEYS, and never under an address

# --- Mail -----------------------------------------------------------------------------------------------------------
MAIL_DIR = DATA_DIR / "mail"
EMAIL_URL = env.text("EMAIL_URL", "file:" if LOCAL else None)
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "MesOpinions <ne-pas-repondre@localhost>" if LOCAL else None)
EMAIL_REPLY_TO = env.listing("EMAIL_REPLY_TO", "")  # who reads what people answer to a mail, if anybody does
EMAIL_TIMEOUT = 10
if LOCAL and EMAIL_URL == "file:":  # in production nobody would ever read them
    EMAIL_BACKEND = "mesopinions.mail.backends.EmlFileBackend"
else:
    _smtp = env.url("EMAIL_URL", None, schemes={"smtp", "smtps", "smtp+tls"})
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _smtp.hostname or "localhost"
    EMAIL_PORT = _smtp.port or {"smtp": 25, "smtps": 465, "smtp+tls": 587}[_smtp.scheme]
    EMAIL_HOST_USER = unquote(_smtp.username or "")  # often an address, whose @ is written %40
    EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
    EMAIL_USE_SSL = _smtp.scheme == "smtps"
    EMAIL_USE_TLS = _smtp.scheme == "smtp+tls"
# name:password, as the provider sends it to tell of mails that came back; several while it changes. Unset: nobody may.
MAIL_WEBHOOK_SECRET = env.listing("MAIL_WEBHOOK_SECRET", "")
if any(":" not in secret or len(secret) < 32 for secret in MAIL_WEBHOOK_SECRET):
    raise ImproperlyConfigured("MAIL_WEBHOOK_SECRET reads like name:password, with 32 characters at least.")
MAILGUN_WEBHOOK_SIGNING_KEY = env.text("MAILGUN_WEBHOOK_SIGNING_KEY", "")

# --- Privacy --------------------------------------------------------------------------------------------------------
# Periods that this site changes, by retention rule: RETENTION_PERIODS="accounts.user=3 years,mail.outgoingmail=3 days".
_periods = (pair.partition("=") for pair in env.listing("RETENTION_PERIODS", ""))
RETENTION_PERIODS = {name.strip(): period for name, _, period in _periods}

# --- Security -------------------------------------------------------------------------------------------------------
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0, maximum=10)
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
_https = not LOCAL
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 63_072_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "same-origin"  # keeps the Origin header on our own forms, and links out of other sites' logs
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "mesopinions.core.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 2  # no form of ours takes more than one
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "mesopinions.core.uploads.CappedFileUploadHandler",
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        # Videos that a visitor pressed: petitions.content.video.FRAMES, which settings may not import.
        "frame-src": [
            "https://www.youtube-nocookie.com",
            "https://player.vimeo.com",
            "https://geo.dailymotion.com",
        ],
        "img-src": [SELF, "data:"],
        "manifest-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
    }
}
RATE_LIMITS = rate_limits.RATE_LIMITS

# --- Logs -----------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "mesopinions.core.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "propagate": False},
    },
}
