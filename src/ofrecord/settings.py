"""Django's settings, all of them read from the environment (see `cli/environment.py`)."""

import base64
import binascii
import hashlib
import secrets
from email.utils import parseaddr
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from csp.constants import NONCE, NONE, SELF
from django.conf.locale import LANG_INFO

from ofrecord.cli import embedded, environment, home, logs, signing_key
from ofrecord.cli.databases import django_database, limited
from ofrecord.cli.environment import SettingError

PACKAGE = Path(__file__).parent
OFRECORD_ENV = environment.choice("OFRECORD_ENV", ("development", "production"))
PRODUCTION = OFRECORD_ENV == "production"
DEBUG = False

# The installation

OFRECORD_HOME = home.home()
OFRECORD_TODAY = environment.day("OFRECORD_TODAY")
OFRECORD_TIME_ZONE = environment.zone("OFRECORD_TIME_ZONE")
OFRECORD_BASE_URL = environment.text("OFRECORD_BASE_URL").rstrip("/")
OFRECORD_MAILBOX = environment.flag("OFRECORD_MAILBOX")
OFRECORD_RENEWS = environment.flag("OFRECORD_RENEWS")
OFRECORD_PRIVATE_ENDPOINTS = environment.networks("OFRECORD_PRIVATE_ENDPOINTS", not PRODUCTION)
OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR = environment.number("OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR")
OFRECORD_LOOKUPS_PER_ACCOUNT_PER_HOUR = environment.number("OFRECORD_LOOKUPS_PER_ACCOUNT_PER_HOUR")
OFRECORD_CODES_PER_PERSON_PER_HOUR = environment.number("OFRECORD_CODES_PER_PERSON_PER_HOUR")
OFRECORD_CODES_PER_PARTNER_PER_HOUR = environment.number("OFRECORD_CODES_PER_PARTNER_PER_HOUR")
OFRECORD_INVITATION_DAYS = environment.number("OFRECORD_INVITATION_DAYS")
OFRECORD_INVITATIONS_PER_PARTNER_PER_DAY = environment.number(
    "OFRECORD_INVITATIONS_PER_PARTNER_PER_DAY"
)
OFRECORD_CANARY_ACCOUNTS = environment.words("OFRECORD_CANARY_ACCOUNTS")
OFRECORD_API_CALLS_PER_MINUTE = environment.number("OFRECORD_API_CALLS_PER_MINUTE")
OFRECORD_API_PATIENCE = environment.number("OFRECORD_API_PATIENCE")

# The vendor

OFRECORD_VENDOR_NAME = environment.text("OFRECORD_VENDOR_NAME")
OFRECORD_VENDOR_ACCENT = environment.matching(
    "OFRECORD_VENDOR_ACCENT", r"#[0-9a-fA-F]{6}", "a colour such as #0b5d57"
)
OFRECORD_VENDOR_LOGO_URL = environment.text("OFRECORD_VENDOR_LOGO_URL")
OFRECORD_ACCOUNT_NUMBER_LABEL = environment.text("OFRECORD_ACCOUNT_NUMBER_LABEL")
OFRECORD_ACCOUNT_NUMBER_PATTERN = environment.expression("OFRECORD_ACCOUNT_NUMBER_PATTERN")
OFRECORD_CONTRACT_NUMBER_PATTERN = environment.expression("OFRECORD_CONTRACT_NUMBER_PATTERN")
OFRECORD_SUBSCRIPTION_ID_PATTERN = environment.expression("OFRECORD_SUBSCRIPTION_ID_PATTERN")
OFRECORD_CONTRACT_NUMBER_FORMAT = environment.text("OFRECORD_CONTRACT_NUMBER_FORMAT")
OFRECORD_SUBSCRIPTION_ID_FORMAT = environment.text("OFRECORD_SUBSCRIPTION_ID_FORMAT")
OFRECORD_SUPPORT_URL = environment.text("OFRECORD_SUPPORT_URL")
OFRECORD_SUPPORT_EMAIL = environment.text("OFRECORD_SUPPORT_EMAIL")
OFRECORD_SUPPORT_PHONE = environment.text("OFRECORD_SUPPORT_PHONE")
OFRECORD_CASES = environment.flag("OFRECORD_CASES")
OFRECORD_POLICY_BY_TWO = environment.flag("OFRECORD_POLICY_BY_TWO")
OFRECORD_CASE_ANSWER_DAYS = environment.number("OFRECORD_CASE_ANSWER_DAYS")
OFRECORD_CASE_RESOLUTION_DAYS = environment.number("OFRECORD_CASE_RESOLUTION_DAYS")
OFRECORD_CASE_REOPEN_DAYS = environment.number("OFRECORD_CASE_REOPEN_DAYS")
OFRECORD_CASES_PER_PERSON_PER_HOUR = environment.number("OFRECORD_CASES_PER_PERSON_PER_HOUR")
OFRECORD_PDF_FONTS = environment.files("OFRECORD_PDF_FONTS")

# Secrets


def _new_encryption_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _encryption_key() -> str:
    """A Fernet key."""
    given = environment.text("OFRECORD_ENCRYPTION_KEY")
    made = given or home.key("encryption_key", _new_encryption_key)
    try:
        if len(base64.urlsafe_b64decode(made)) == 32:
            return made
    except (binascii.Error, ValueError):
        pass
    raise SettingError("OFRECORD_ENCRYPTION_KEY must be 32 bytes in URL-safe base64.")


SECRET_KEY = environment.text("OFRECORD_SECRET_KEY") or home.key("secret_key")
OFRECORD_NUMBER_KEY = environment.text("OFRECORD_NUMBER_KEY") or home.key("number_key")
OFRECORD_ENCRYPTION_KEY = _encryption_key()
OFRECORD_SIGNING_KEY = environment.text("OFRECORD_SIGNING_KEY") or home.key(
    "signing_key", signing_key.new
)

# Database

DATABASE_URL = environment.text("DATABASE_URL") or embedded.addresses().runtime_url
DATABASES = {
    "default": limited(
        django_database("DATABASE_URL", DATABASE_URL),
        pool=environment.number("OFRECORD_DATABASE_POOL"),
        statement_timeout=environment.number("OFRECORD_STATEMENT_TIMEOUT"),
    )
}
RUNTIME_ROLE = DATABASES["default"]["USER"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in counts failed attempts here, so every process must share it, and it must not cull early.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# Application

INSTALLED_APPS = [
    "ofrecord.journal",
    "ofrecord.rules",
    "ofrecord.delivery",
    "ofrecord.parties",
    "ofrecord.agreements",
    "ofrecord.changes",
    "ofrecord.invitations",
    "ofrecord.quotes",
    "ofrecord.cases",
    "ofrecord.transitions",
    "ofrecord.feeds",
    "ofrecord.web",
    "ofrecord.portal",
    "ofrecord.desk",
    "ofrecord.console",
    "ofrecord.api",
    "ofrecord.cli",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "procrastinate.contrib.django",
    "django_cotton",
    "django_htmx",
    "lucide",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "ofrecord.web.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "ofrecord.web.middleware.security_headers",
    "ofrecord.api.direct.direct",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ofrecord.web.actor.actor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ofrecord.web.last_seen.last_seen",
]
ROOT_URLCONF = "ofrecord.urls"
WSGI_APPLICATION = "ofrecord.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "ofrecord.web.context.page",
            ],
        },
    }
]
PROCRASTINATE_IMPORT_PATHS = ["ofrecord.jobs"]

# One act takes up to 10,000 agreements, each a field of the form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000
# Files come with messages of cases; a body that is larger is not read at all.
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = [
    "ofrecord.web.uploads.Capped",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Languages and time


def _languages() -> list[tuple[str, str]]:
    codes = [code.strip().lower() for code in environment.text("OFRECORD_LANGUAGES").split(",")]
    if unknown := [code for code in codes if "name_local" not in LANG_INFO.get(code, {})]:
        raise SettingError(f"OFRECORD_LANGUAGES names {unknown[0]!r}, which is no known language.")
    return [(code, LANG_INFO[code]["name_local"]) for code in codes]


LANGUAGES = _languages()
LANGUAGE_CODE = LANGUAGES[0][0]
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = ["ofrecord.web.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = OFRECORD_TIME_ZONE

# Addresses, cookies, headers

_base = environment.address("OFRECORD_BASE_URL", ("http", "https"))
_secure = _base.scheme == "https"
ALLOWED_HOSTS = [_base.hostname]
if not PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_base.scheme}://{_base.netloc}"]
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("OFRECORD_TRUSTED_PROXIES")
if _secure and ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _secure
SESSION_COOKIE_NAME = "ofrecord_session"
CSRF_COOKIE_NAME = "ofrecord_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "ofrecord.web.views.csrf_failure"
LANGUAGE_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Static files: served from the packages they are in. In production the address carries a digest
# of what they are, so browsers may keep them for ever.


def _static_digest() -> str:
    """Of our own files; those of others change with their package's version."""
    others = version("django-htmx").encode()
    files = sorted(file for file in PACKAGE.rglob("static/**/*") if file.is_file())
    contents = (hashlib.sha256(file.read_bytes()).digest() for file in files)
    return hashlib.sha256(b"".join([others, *contents])).hexdigest()[:12]


STATIC_URL = f"/static/{_static_digest()}/" if PRODUCTION else "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = not PRODUCTION
WHITENOISE_MAX_AGE = 31_536_000 if PRODUCTION else 0

# Sign-in

AUTH_USER_MODEL = "parties.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "ofrecord.parties.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _base.scheme
ACCOUNT_FORMS = {
    "reset_password": "ofrecord.parties.sign_in_forms.ResetPassword",
    "user_token": "ofrecord.parties.sign_in_forms.ResetLink",
}
# Of one address, of one person, and of everybody together; who signs in well is not counted.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,100/h/ip,5/5m/key",
    "login_failed_total": "600/5m/key",
    "reset_password": "20/m/ip,5/h/key",
    "reset_password_total": "300/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class, no secret
PASSWORD_RESET_TIMEOUT = 3600
MFA_ADAPTER = "ofrecord.parties.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = OFRECORD_VENDOR_NAME
USERSESSIONS_ADAPTER = "ofrecord.parties.adapter.SessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = True

# Letters


def _smtp() -> dict[str, Any]:
    if not environment.text("OFRECORD_SMTP_URL"):
        return {"EMAIL_BACKEND": "ofrecord.delivery.kept.Kept"}
    url = environment.address("OFRECORD_SMTP_URL", ("smtp", "smtps", "smtp+plain"))
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or {"smtp": 587, "smtps": 465}.get(url.scheme, 25),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_TLS": url.scheme == "smtp",
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }


globals().update(_smtp())
OFRECORD_SENDS_LETTERS = bool(environment.text("OFRECORD_SMTP_URL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("OFRECORD_MAIL_FROM")
if "@" not in parseaddr(DEFAULT_FROM_EMAIL)[1]:
    raise SettingError(f"OFRECORD_MAIL_FROM is {DEFAULT_FROM_EMAIL!r}; it must hold an address.")

# Logs

LOGGING = logs.configure(
    environment.choice("OFRECORD_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"))
)
