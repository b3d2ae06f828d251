"""The rule said no, in words for the person, with what to do instead."""


class Refusal(Exception):
    """The request was refused; its text is shown to the person who asked, and nothing was recorded.

    A subclass's docstring is its message, with `{named}` places for the facts given to it:

    >>> class AlreadyOver(Refusal):
    ...     "{ref} is {status}."
    >>> str(AlreadyOver(ref="INC-1", status="closed"))
    'INC-1 is closed.'
    """

    def __init__(self, text: str = "", **facts: object) -> None:
        self.facts = facts
        self.is_audited = False
        super().__init__(text or " ".join((self.__doc__ or "").split()).format(**facts))


class NotFound(Refusal):
    """There is no incident {ref} that you can see. `/incident list` shows the open ones."""


class AlreadyOver(Refusal):
    """{ref} is {status}. You can still add a note or a follow-up, work on the review, or reopen it with
    `/incident reopen <reason>`."""


class NothingToChange(Refusal):
    """{text}"""


class BeingUpgraded(Refusal):
    """{ref} is being upgraded: a newer version of Muster wrote part of its timeline. Try again in a minute."""
