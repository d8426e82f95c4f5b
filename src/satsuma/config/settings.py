"""Django's settings, for every way of running: what differs between installations comes from `environment`."""

from __future__ import annotations

from pathlib import Path

import satsuma.config.sqlite  # noqa: F401  (before anything opens a database)
from satsuma.config.environment import Environment
from satsuma.web.assets import keep_for_ever, static_version
from satsuma.web.logging import configure, log_settings

ENVIRONMENT = Environment()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = ENVIRONMENT.secret
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
ROOT_URLCONF = "satsuma.config.urls"
WSGI_APPLICATION = "satsuma.config.wsgi.application"
DATA_FOLDER = ENVIRONMENT.data
DATABASES = {"default": ENVIRONMENT.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "satsuma.app.accounts",
    "satsuma.app.jobs",
    "satsuma.app.crm",
    "satsuma.app.segmentation",
    "satsuma.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "satsuma.web.middleware.RequestId",
    "satsuma.web.middleware.ContentSecurityPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "satsuma.web.caching.NotKept",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "satsuma.web.last_seen.LastSeen",
    "satsuma.web.middleware.Locale",
    "satsuma.web.first_run.FirstRun",
    "satsuma.web.middleware.Errors",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "satsuma.web.context.shell",
            ],
        },
    }
]

# Who people are.
AUTH_USER_MODEL = "accounts.User"
# Django's own: it finds people by their folded address, and takes as long for an address that nobody has.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if ENVIRONMENT.uses_https else "http"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "satsuma.web.signing_in.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "satsuma.web.forms.accounts.SignInForm",
    "reset_password": "satsuma.web.forms.accounts.ResetPasswordForm",
    "reset_password_from_key": "satsuma.web.forms.accounts.ChoosePasswordForm",
    "change_password": "satsuma.web.forms.accounts.ChangePasswordForm",
    "set_password": "satsuma.web.forms.accounts.SetPasswordForm",
    "reauthenticate": "satsuma.web.forms.accounts.ConfirmPasswordForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "satsuma.app.accounts.tokens.PasswordLinkTokens"  # noqa: S105
# By address of the sender, and by folded name. Counted in the cache, which all processes share.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "20/h/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENVIRONMENT.behind_proxy else 0
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "satsuma.web.forms.accounts.CodeForm",
    "reauthenticate": "satsuma.web.forms.accounts.ConfirmCodeForm",
    "activate_totp": "satsuma.web.forms.accounts.ActivateForm",
}
MFA_ADAPTER = "satsuma.web.signing_in.MfaAdapter"
MFA_TOTP_ISSUER = "Satsuma"
MFA_TOTP_TOLERANCE = 1
USERSESSIONS_TRACK_ACTIVITY = False  # see `web.last_seen`
SOCIALACCOUNT_ADAPTER = "satsuma.web.signing_in.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = ENVIRONMENT.single_sign_on()
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_STORE_TOKENS = False
OIDC_EMAIL_IS_TRUSTED = ENVIRONMENT.oidc_trust_email

# Mail.
ADDRESS = ENVIRONMENT.address
MAIL_IS_SENT = ENVIRONMENT.mail_url is not None
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from
EMAIL_TIMEOUT = 20
globals().update(ENVIRONMENT.mail())

# What processes have to agree on in passing, such as how often somebody tried to sign in.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        # Many: whoever makes up names to sign in with must not push out what is counted.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# Safety.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.uses_https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "satsuma.web.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.address]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENVIRONMENT.uses_https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.behind_proxy else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024**2
FILE_UPLOAD_HANDLERS = [
    "satsuma.web.uploads.Limited",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
IMPORT_LIMITS = ENVIRONMENT.import_limits

LOGGING = log_settings()
configure()

# Languages, days and numbers: the reader's; see `web.middleware.Locale`.
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("pl", "Polski"), ("ru", "Русский")]
LOCALE_PATHS = [PACKAGE / "locale"]

# Files for browsers: served out of the package, kept for ever under an address that changes with them (`web.assets`).
STATIC_URL = f"static/{static_version(PACKAGE / 'web' / 'static')}/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
if not DEBUG:  # under it, files are edited while they are served
    WHITENOISE_IMMUTABLE_FILE_TEST = keep_for_ever
MEDIA_ROOT = DATA_FOLDER / "media"
