"""Names that people give to fields, options, sections, stages, products and tags. Called by what keeps them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.values import ValueRefusedError, checked_text
from satsuma.domain.limits import MAX_NAME_CHARACTERS

CONTROL = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories of what breaks a line or cannot be seen."""
LONGEST_FOLDED = 400
"""Characters of a folded name that are kept: some signs fold to a whole sentence."""


def checked_label(text: str, *, longest: int = MAX_NAME_CHARACTERS) -> str:
    """The name as it is kept: one line in NFC without blanks around it. Raises ValueRefusedError."""
    label = checked_text(text, longest)
    if not label:
        raise ValueRefusedError(_("Enter a name."))
    return one_line(label)


def one_line(text: str) -> str:
    """The text itself. Raises ValueRefusedError if it holds a line break, a tab or another control character."""
    if any(unicodedata.category(character) in CONTROL for character in text):
        raise ValueRefusedError(_("Write it in one line, without tabs."))
    return text


def folded_label(label: str) -> str:
    """What a name is found and compared by, as long as its column."""
    return fold_name(label)[:LONGEST_FOLDED]


def refuse_taken(label: str, taken: Iterable[str]) -> None:
    """Raises ValueRefusedError if one of the names is the same but for capitals and accents."""
    folded = fold_name(label)
    for other in taken:
        if fold_name(other) == folded:
            raise ValueRefusedError(_("“%(name)s” is there already. Enter another name.") % {"name": other})


class Problems(dict[str, str]):
    """Gathers what is wrong by the name of the answer, so that everything is said at once."""

    @contextmanager
    def beside(self, name: str) -> Iterator[None]:
        """Keeps the sentence of a ValueRefusedError raised inside."""
        try:
            yield
        except ValueRefusedError as refused:
            self.setdefault(name, str(refused))

    def read(self, name: str, reader: Callable[[], str]) -> str:
        """What the reader gives, or "" and a problem."""
        found = ""
        with self.beside(name):
            found = reader()
        return found  # noqa: RET504 (beside() swallows what reader() raises)

    def end(self) -> None:
        """Raises ValuesError if there is anything wrong."""
        if self:
            raise ValuesError(self)
