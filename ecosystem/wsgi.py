"""WSGI application, served by granian."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecosystem.settings.production")
application = get_wsgi_application()

from core.guards import refuse_unguarded  # noqa: E402 -- once there are apps

refuse_unguarded()
