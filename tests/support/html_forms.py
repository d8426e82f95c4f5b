"""What a browser would send for a form of a page, without anybody having touched it."""

from __future__ import annotations

from html.parser import HTMLParser

from django.http import QueryDict


class _Form(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.wanted, self.inside, self.sent = form_id, False, []  # type: ignore[var-annotated]
        self.textarea, self.select, self.option = "", "", None  # type: ignore[var-annotated]
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = said.get("id") == self.wanted
        if not (self.inside or said.get("form") == self.wanted) or "disabled" in said:
            return
        if tag == "input" and "name" in said:
            kind = said.get("type", "text")
            if kind not in ("checkbox", "radio") or "checked" in said:
                self.sent.append((said["name"], said.get("value", "on" if kind in ("checkbox", "radio") else "")))
        elif tag == "textarea":
            self.textarea, self.text = said.get("name", ""), ""
        elif tag == "select":
            self.select = said.get("name", "")
            self.chosen: list[str] = []
            self.first: str | None = None
        elif tag == "option" and self.select:
            self.first = said["value"] if self.first is None else self.first
            if "selected" in said:
                self.chosen.append(said["value"])

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.textarea:
            self.sent.append((self.textarea, self.text.removeprefix("\n")))
            self.textarea = ""
        elif tag == "select" and self.select:
            chosen = self.chosen or ([self.first] if self.first is not None else [])
            self.sent += [(self.select, value) for value in chosen[:1]]
            self.select = ""


def sent_form(html: str, form_id: str) -> list[tuple[str, str]]:
    """Name and value of each control, in the order of the page; buttons are left out."""
    form = _Form(form_id)
    form.feed(html)
    form.close()
    return form.sent


def posted(pairs: list[tuple[str, str]], **changes: str) -> QueryDict:
    """The same as Django hands it to a view, some answers changed; names with `__` stand for those with points."""
    data = QueryDict(mutable=True)
    data["version"] = "1"
    changed = {name.replace("__", "."): value for name, value in changes.items()}
    for name, value in pairs:
        data.appendlist(name, changed.get(name, value))
    for name, value in changed.items():
        if not any(name == known for known, _value in pairs):
            data[name] = value
    return data
