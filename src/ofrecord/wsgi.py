"""What the web server runs. It keeps a pool of connections and gives up on slow statements."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ofrecord.settings")
os.environ.setdefault("OFRECORD_DATABASE_POOL", "16")
os.environ.setdefault("OFRECORD_STATEMENT_TIMEOUT", "30")
os.environ.setdefault("OFRECORD_LOG_LEVEL", "INFO")

application = get_wsgi_application()
