"""What a draft would do to everybody, before it is published: the wizard's live preview.

`drafts` is what pages call; `trying` tries a draft on one contact. `everybody` keeps the contacts in the process,
`standings` where each of them stands today, `adding` puts both together into `numbers`. Nothing here writes.
"""
