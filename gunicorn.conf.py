"""What `gunicorn wsgi:app` reads by itself."""

from hotline.processes.gunicorn_conf import *  # noqa: F403
