"""Production: nothing has a convenient default, and what is missing says how to mend it."""

from .base import *  # noqa: F403 -- settings modules extend their base
from .base import env
from .env import required

SECRET_KEY = required("SECRET_KEY", "Generate one: python -c 'import secrets; print(secrets.token_urlsafe(50))'.")
BASE_URL = required("BASE_URL", "Give the public address, such as https://village.example.org.").rstrip("/")
WAGTAILADMIN_BASE_URL = BASE_URL
ALLOWED_HOSTS = required("ALLOWED_HOSTS", "List the host names that may be served, separated by commas.").split(",")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

required("DATABASE_URL", "Give the PostgreSQL database, such as postgres://user:password@host:5432/village.")
required("CACHE_URL", "Give a cache that all workers share, such as redis://host:6379/0: rate limits live in it.")
required("EMAIL_URL", "Give the mail server, such as smtp+tls://user:password@host:587.")
globals().update(env.email("EMAIL_URL"))
DEFAULT_FROM_EMAIL = required("DEFAULT_FROM_EMAIL", "Give the address that mail is sent from.")

STAFF_MFA_REQUIRED = True  # not a variable: it can't be off here
TRUSTED_PROXY_COUNT = ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
