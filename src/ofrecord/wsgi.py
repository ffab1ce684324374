"""What the web server runs. It keeps a pool of connections and gives up on slow statements."""

from django.core.wsgi import get_wsgi_application

from ofrecord.cli import serving

serving.by_default()

application = get_wsgi_application()
