"""What `gunicorn wsgi:app` reads by itself."""

from hotline.gunicorn_conf import *  # noqa: F403
