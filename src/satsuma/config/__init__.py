"""The composition root: settings out of the environment, the map of addresses, the WSGI application.

The application is started with DJANGO_SETTINGS_MODULE=satsuma.config.settings; nothing below imports this package.
"""
