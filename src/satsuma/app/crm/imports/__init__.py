"""Files on their way in: recognising, mapping, checking and applying. Called by `services.imports`.

`child` and `parsing` run in a process of their own and know nothing of the database; `plan` compares what they read
with what is stored, for the dry run and for the import alike; `writing` writes a plan.
"""
