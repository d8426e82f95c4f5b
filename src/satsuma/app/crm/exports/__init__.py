"""Files on their way out: any list as it is shown, and everything. No text in them can act as a formula, and numbers
stay numbers. Called by views, the command line and the job of `exports.jobs`.

    with export_rows(headings, rows, "xlsx") as file:
        return FileResponse(file, as_attachment=True, filename="companies.xlsx")
"""

from satsuma.app.crm.exports.sheets import FORMATS, export_rows, write_rows_to

__all__ = ["FORMATS", "export_rows", "write_rows_to"]
