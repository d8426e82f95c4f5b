"""Sample data: a trading company's customers, their people, deals, activities and tasks, to look around with.

`files` reads them, `services.sample` puts them into the workspace and takes them out again.
"""
