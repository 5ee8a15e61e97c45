"""All settings of the portal. Values come from the environment, see `.env.example`."""

from datetime import date
from os import environ
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pghistory
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

from cnscd_portal import embedded, jobs
from cnscd_portal.outgoing import mail_server

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str | None = None) -> str:
    value = environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}; see .env.example.")
    return value


def env_bool(name: str, *, default: bool = False) -> bool:
    return env(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in (environ.get(name) or default).split(",") if item.strip()]


# The demo pins the business date and brings accounts with a public password, so it is
# switched on in one place, and refuses to serve anything but this machine.
DEMO = env_bool("CNSCD_DEMO")
DEBUG = env_bool("DEBUG")

SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
LOCAL_HOSTS = "localhost,127.0.0.1,[::1]"
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", LOCAL_HOSTS)
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
if DEMO and not set(ALLOWED_HOSTS) <= set(LOCAL_HOSTS.split(",")):
    raise ImproperlyConfigured(
        "CNSCD_DEMO makes accounts with a public password: ALLOWED_HOSTS may name this host only."
    )

BUSINESS_DATE = (
    date.fromisoformat(environ["BUSINESS_DATE"])
    if environ.get("BUSINESS_DATE")
    else (date(2024, 6, 10) if DEMO else None)
)

INSTALLED_APPS = [
    "units",
    "accounts",
    "teams",
    "targets",
    "training",
    "reports",
    "cnscd_portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "pgtrigger",
    "pghistory",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cnscd_portal.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cnscd_portal.middleware.PrivacyMiddleware",
    "cnscd_portal.middleware.TenantMiddleware",
    "cnscd_portal.middleware.AccessMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cnscd_portal.middleware.DomainErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cnscd_portal.urls"
WSGI_APPLICATION = "cnscd_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "cnscd_portal.context.portal",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "cnscd_portal.templatetags.figures",
            ],
        },
    }
]

# -- Data ---------------------------------------------------------------------------------------


def database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "cnscd_portal"},
    }


# Both addresses are asked for only where one is missing: a server names them itself.
DATABASE_URL, REDIS_URL = (
    (environ["DATABASE_URL"], environ["REDIS_URL"])
    if environ.get("DATABASE_URL") and environ.get("REDIS_URL")
    else embedded.service_urls()
)
DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The context travels inside each event: a table of contexts of its own would carry no tenant.
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField(null=True)
# Nobody looks for events but by the row they tell of.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
PGHISTORY_APPEND_ONLY = True
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# -- Accounts -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.AccountBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "full_name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        # TCVN 14423:2026 asks for 14 characters where there is no second factor.
        "OPTIONS": {"min_length": 14},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

# One name from one address is locked. `accounts.lockout` adds a lock of the name from everywhere
# else, where very many addresses fail, and one of an address that fails on very many names.
AXES_HANDLER = "accounts.lockout.Locks"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
# Or one knock every quarter of an hour would keep a name locked for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts.lockout.counted_name"
AXES_CLIENT_IP_CALLABLE = "accounts.lockout.client_address"
# A failure is recorded with what was sent, and the page of one's own password sends three.
AXES_SENSITIVE_PARAMETERS = [
    "username", "ip_address", "old_password", "new_password1", "new_password2",
]  # fmt: skip
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
AXES_VERBOSE = False

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"

# -- Security -----------------------------------------------------------------------------------

HTTPS = env_bool("HTTPS", default=not (DEMO or DEBUG))
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
BEHIND_PROXY = env_bool("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# A sheet of all members of the country is 30 MB.
LARGEST_UPLOAD = 64 * 1024 * 1024
# Of one file beside a report, and how many a report may have. A photo of a phone has 3 to 8 MB.
LARGEST_EVIDENCE = 10 * 1024 * 1024
MOST_EVIDENCE = 10
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = ["cnscd_portal.limits.NoFiles"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# -- Language -----------------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["cnscd_portal.formats"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# -- Files --------------------------------------------------------------------------------------

FIXTURE_ROOT = BASE_DIR / "fixtures"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".data" / "static"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / ".data" / "assets"]
# What people bring. It has no address of its own: only a view that asks who reads hands it out.
MEDIA_ROOT = Path(env("MEDIA_ROOT", str(BASE_DIR / ".data" / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "cnscd_portal.static_files.HashedModules"},
}
# The portal's own files are all it serves: no app brings any that a page of ours shows.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# How far a job has come is told here, and lost without harm.
CACHES = {
    "default": {
        "BACKEND": "cnscd_portal.cache.ForgetfulCache",
        "LOCATION": REDIS_URL,
        # By itself redis-py tries four times in four seconds, and waits for ever where Redis
        # hangs: a job that tells how far it has come must not wait for that.
        "OPTIONS": {
            "socket_connect_timeout": 1,
            "socket_timeout": 1,
            "retry": Retry(NoBackoff(), retries=0),
        },
    }
}

# -- Background work ----------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Worker and beat wait for Redis however long it is away; Celery's own end would be a dead part.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# An approval must not wait for a broker that is away: the marks in PostgreSQL are the truth.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Above the longest job, or Redis hands a running job to a second worker.
    "visibility_timeout": 2 * 60 * 60,
    "socket_connect_timeout": 1,
    # Where Redis hangs, this is how long an approval waits for it.
    "socket_timeout": 3,
    # Or each approval would knock for six seconds. A worker goes on trying all the same.
    "max_retries": 0,
}
CELERY_TASK_DEFAULT_QUEUE = "rollup"
CELERY_TASK_ROUTES = jobs.ROUTES
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "cnscd_portal.beat:Scheduler"
# What the roll-up did is told for so long.
ROLLUP_RUNS_KEPT_DAYS = 30
CELERY_BEAT_SCHEDULE_FILENAME = str(BASE_DIR / ".data" / "beat")
CELERY_BEAT_SCHEDULE = jobs.SCHEDULE

# -- Mail ---------------------------------------------------------------------------------------

# Where it is unset, the portal writes to nobody: notices are read on its pages.
MAIL_SERVER = mail_server(environ.get("EMAIL_URL", ""))
EMAIL_HOST, EMAIL_PORT = MAIL_SERVER.host, MAIL_SERVER.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL_SERVER.user, MAIL_SERVER.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL_SERVER.tls, MAIL_SERVER.ssl
# A letter holds a transaction while it is sent.
EMAIL_TIMEOUT = 10
# A name that begins with a dot stands for those below it, too.
FIRST_HOST = ALLOWED_HOSTS[0].lstrip(".")
DEFAULT_FROM_EMAIL = env("MAIL_FROM", f"portal@{FIRST_HOST}")
# How the portal is reached from outside, for the links in letters.
PUBLIC_URL = env("PUBLIC_URL", f"{'https' if HTTPS else 'http'}://{FIRST_HOST}").rstrip("/")

# -- API ----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["cnscd_portal.limits.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "cnscd_portal.limits.Pages",
    "PAGE_SIZE": 100,
    "EXCEPTION_HANDLER": "cnscd_portal.api.answer_error",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Portal of the community digital technology teams",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
}

# -- Logs ---------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"in_one_line": {"()": "cnscd_portal.logs.InOneLine"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["in_one_line"],
        },
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "WARNING" if DEMO else "INFO")},
}
