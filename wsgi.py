"""The WSGI application, for any server: `gunicorn wsgi:app`."""

from hotline.wiring.web import wsgi_app

app = wsgi_app()
