"""The state of an installation: Django apps in a line, each knowing only those below it: crm → jobs → accounts.

Only services write, only queries read models; `web` and `cli` call those.
"""
