"""A number as it is written, which chooses between singular and plural of what it counts."""

from __future__ import annotations


class Counted(str):
    """Hold a number as text; as `{n:person|people}` it becomes the word that goes with it.

    >>> "{n} {n:person|people}".format(n=Counted("1", one=True))
    '1 person'
    """

    __slots__ = ("one",)
    one: bool

    def __new__(cls, text: str, *, one: bool) -> Counted:
        """Return the text; `one` says whether it goes with the singular."""
        made = super().__new__(cls, text)
        made.one = one
        return made

    def __format__(self, forms: str) -> str:
        """Return the text, or of "singular|plural" the form that goes with it."""
        singular, bar, plural = forms.partition("|")
        if not bar:
            return format(str(self), forms)
        return singular if self.one else plural
