"""What engines are fed with: contacts, deals and activities read out of the database column by column.

`reading` asks the database for whole columns, `tables` says which, `rows` brings them into the roles that metrics read,
`contacts` gives what `satsuma.engine` takes. Called by `snapshots`, `services.metrics` and segmentations.
"""
