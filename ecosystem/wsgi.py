"""WSGI application, served by granian."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecosystem.settings.production")
application = get_wsgi_application()

from django.db import connections  # noqa: E402 -- once there are apps

from core.garbage import keep_what_is_loaded  # noqa: E402
from core.guards import refuse_unguarded  # noqa: E402

refuse_unguarded()
connections.close_all()  # each request opens its own
keep_what_is_loaded()
