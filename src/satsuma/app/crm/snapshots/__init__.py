"""Everybody's facts as Arrow files in the data folder, brought up to date by what changed since: for previews, full
scoring runs and the nightly metrics.

`files` keeps the files, `refreshing` brings one up to date, `contacts` gives engines what they take. A snapshot is a
cache: it can be deleted at any time, and what cannot be written is held in memory instead.
"""
