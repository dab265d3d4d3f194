"""Pages and machine interfaces under a WSGI server (granian); sockets need backend/asgi.py."""

from django.core.wsgi import get_wsgi_application

from backend import env

env.use_default("DJANGO_SETTINGS_MODULE", "backend.settings")
application = get_wsgi_application()
