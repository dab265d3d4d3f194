"""Pages and sockets under an ASGI server (uvicorn)."""

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import re_path

from backend import env

env.use_default("DJANGO_SETTINGS_MODULE", "backend.settings")
pages = get_asgi_application()
# See settings.py: under ASGI a kept connection belongs to a thread that never comes back.
settings.DATABASES["default"]["CONN_MAX_AGE"] = 0

# Imported late: consumers use models, which need the applications that get_asgi_application() loads.
from frontend.consumers import websocket_urlpatterns  # noqa: E402
from frontend.telephony_link import telephony_urlpatterns  # noqa: E402


async def no_such_socket(scope, receive, send) -> None:
    """Refuse an unknown socket path quietly; without this route every probe logs a traceback."""
    await receive()
    await send({"type": "websocket.close", "code": 4404})


sockets = URLRouter([*websocket_urlpatterns, re_path(r"", no_such_socket)])
people = AllowedHostsOriginValidator(AuthMiddlewareStack(sockets))
# A telephone system is no browser: it sends no Origin, and its signature says who it is.
websockets = URLRouter([*telephony_urlpatterns, re_path(r"", people)])
application = ProtocolTypeRouter({"http": pages, "websocket": websockets})
