"""The Django peer on WSGI."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "deploy.lab.peers.django_peer.settings"
application = get_wsgi_application()
