"""All settings of all three sizes (docs/operations.md lists the variables). Nothing here reads os.environ itself."""

from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from kombu import Queue

from backend import embedded_postgres, env
from backend.schedule import BEAT_SCHEDULE

BASE_DIR = env.BASE_DIR
VAR_DIR = env.var_dir()
MODE = env.mode()
PRODUCTION = env.is_production()
DEBUG = False if PRODUCTION else env.flag("DEBUG", False)

# --- Secrets ----------------------------------------------------------------------------------------------------------
SECRET_KEY = env.text("SECRET_KEY", outside_production=lambda: env.kept_secret("secret_key"))
# Fernet keys, newest first: the first one encrypts, all of them decrypt.
FIELD_KEYS = env.words(
    "FIELD_KEYS", outside_production=lambda: env.kept_secret("field_key", lambda: Fernet.generate_key().decode())
)
# Keyed HMAC for exact phone look-up: an un-keyed hash of a phone number is brute-forced in under an hour.
BLIND_INDEX_KEY = env.text("BLIND_INDEX_KEY", outside_production=lambda: env.kept_secret("blind_index_key"))
# Signs the trained models: joblib files run code when loaded, so only files that we wrote may be loaded.
MODEL_KEY = env.text("MODEL_KEY", outside_production=lambda: env.kept_secret("model_key"))

# --- Hosts and transport ----------------------------------------------------------------------------------------------
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", outside_production=lambda: "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", "")
SITE_URL = env.text("SITE_URL", outside_production=lambda: f"http://127.0.0.1:{env.number('PORT', 8000)}")
HTTPS = env.flag("HTTPS", PRODUCTION)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", False) else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # a load balancer asks over plain HTTP from inside
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 12 * 3600  # one shift; shared desks must not stay logged in overnight

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Applications -----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "csp",
    "django_htmx",
    "django_vite",
    "template_partials",
    "routing.apps.RoutingConfig",
    "nlp.apps.NlpConfig",
    "petitions.apps.PetitionsConfig",
    "petitions.insight.apps.InsightConfig",
    "frontend.apps.FrontendConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A desk is 55 KB of HTML, 9 KB packed. Against guessing from lengths Django adds random bytes and masks its tokens.
    "django.middleware.gzip.GZipMiddleware",
    "frontend.early_sheets.NameSheetsEarly",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "frontend.tracing.NoteExports",
    "frontend.account.OwnPasswordFirst",
    "frontend.drafting.KeepTyping",
    "frontend.refusals.SayRefusals",
]
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
            ]
        },
    }
]
ROOT_URLCONF = "backend.urls"
ASGI_APPLICATION = "backend.asgi.application"
WSGI_APPLICATION = "backend.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "routing.Staff"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# The password of all accounts that `seed_demo` makes; a production system has no such accounts.
DEMO_PASSWORD = env.text("DEMO_PASSWORD", "" if PRODUCTION else "jiesu-12345")
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a slow hash protects nobody in a test

# --- Database ---------------------------------------------------------------------------------------------------------
EMBEDDED_DATABASE = env.wants_embedded_database()
DATABASE_URL = embedded_postgres.url() if EMBEDDED_DATABASE else env.text("DATABASE_URL")
DATABASES = {"default": env.parse_database_url(DATABASE_URL)}
# Each ASGI request runs in its own thread, whose persistent connection nobody would use again. Under WSGI
# (granian) set CONN_MAX_AGE=600; backend/asgi.py puts it back to 0 for itself.
DATABASES["default"]["CONN_MAX_AGE"] = env.number("CONN_MAX_AGE", 0)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# A forgotten open transaction halves the rate of the deadline sweep for everybody.
# A test is one transaction, and one that trains a model computes for longer than that on a busy machine.
IDLE_IN_TRANSACTION_MS = env.number("IDLE_IN_TRANSACTION_MS", 0 if MODE == "test" else 60_000)
DATABASES["default"]["OPTIONS"] |= {"options": f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS}"}

# --- Redis, Celery, Channels ------------------------------------------------------------------------------------------
REDIS_URL = env.text("REDIS_URL", "")
BROKER_URL = env.text("BROKER_URL", REDIS_URL)
# Without a broker the rows (outbox, timers, jobs) are worked by a loop inside `backend.run`: nobody needs to ring.
EMBEDDED_WORKER = not BROKER_URL

if REDIS_URL:
    # A process that is busy for some seconds at 50 changes a second must find all of them when it reads on.
    layer = {"hosts": [REDIS_URL], "capacity": 10_000}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": layer}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CELERY_BROKER_URL = BROKER_URL or "memory://"
CELERY_TASK_ALWAYS_EAGER = EMBEDDED_WORKER  # nobody would collect a message, so a bell rings where it is pressed
CELERY_TASK_IGNORE_RESULT = True  # results are rows
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = env.text("QUEUE", "jiesu")
# A quorum queue with a delivery limit stops a poison task from killing one worker after the other.
if BROKER_URL.startswith("amqp"):
    limits = {"x-queue-type": "quorum", "x-delivery-limit": 5}
    CELERY_TASK_QUEUES = [Queue(CELERY_TASK_DEFAULT_QUEUE, queue_arguments=limits)]
    CELERY_WORKER_DETECT_QUORUM_QUEUES = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# --- Language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "frontend" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Files ------------------------------------------------------------------------------------------------------------
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [FRONTEND_DIST] if FRONTEND_DIST.is_dir() else []
MEDIA_ROOT = VAR_DIR / "media"
MODEL_DIR = VAR_DIR / "models"
# Where an open Chinese typeface for PDF reports is looked for (petitions/insight/reports/fonts.py).
FONT_DIRS = [VAR_DIR / "fonts", "/usr/local/share/fonts", "/usr/share/fonts"]
# GeoJSON of the city's areas for the board; without the file, or without 审图号 in it, there is no map.
BOARD_MAP = env.path("BOARD_MAP", VAR_DIR / "map.geojson")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Not the manifest storage: Vite has put a hash in each name already, a second one loads each chunk twice.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[.-][0-9a-zA-Z_-]{8}\..+$"
WHITENOISE_USE_FINDERS = DEBUG
DJANGO_VITE = {
    "default": {"dev_mode": env.flag("VITE_DEV", False), "manifest_path": FRONTEND_DIST / "manifest.json"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # a text of 1 MB must reach the form, which refuses it with a sentence

# --- The hotline ------------------------------------------------------------------------------------------------------
CASE_PREFIX = env.text("CASE_PREFIX", "LJ")  # the city's letters in front of every case number
# name:secret of each telephone system that may report calls, two of one name while a key is changed; '' closes it.
TELEPHONY_KEYS = env.words("TELEPHONY_KEYS", "" if PRODUCTION else f"demo:{env.kept_secret('telephony_key')}")
# A callable that takes a Letter (petitions/services/notify/adapters.py); OSError means "try again later".
SMS_URL = env.text("SMS_URL", "")
SMS_SECRET = env.text("SMS_SECRET", "")
SMS_GATEWAY = env.text("SMS_GATEWAY", f"petitions.services.notify.adapters.{'http' if SMS_URL else 'no'}_gateway")

# --- Mail and log -----------------------------------------------------------------------------------------------------
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_BACKEND = env.text(
    "EMAIL_BACKEND", f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
)
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_USER", ""), env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = env.flag("EMAIL_USE_TLS", False), env.flag("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10  # seconds; a mail server that hangs must not hold up all other notices
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "12345@localhost")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "jieba": {"level": "WARNING"},  # it reports the loading of its dictionary at every start
        "fontTools": {"level": "WARNING"},  # it names every glyph it cuts out
        "celery.app.trace": {"level": "WARNING"},  # a line for each ring, every second, would bury all others
    },
}
