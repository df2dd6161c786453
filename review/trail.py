"""The audit in words: what somebody did, and the details of it."""

from __future__ import annotations

from review.texts import N_, Texts

# Every code that the store writes into the audit.
WHAT = {
    "add_person": N_("added a person"),
    "set_password": N_("set a password"),
    "disable_person": N_("took the right to sign in"),
    "sign_in": N_("signed in"),
    "ask_rescan": N_("asked for a second look"),
    "answer:ceased": N_("answered: ceased"),
    "answer:alive": N_("answered: still alive"),
    "answer:static": N_("answered: alive, site static"),
    "answer:wrong_address": N_("answered: wrong address"),
    "answer:moved": N_("answered: moved"),
    "answer:snoozed": N_("snoozed the question"),
    "answer:skipped": N_("skipped the question"),
    "answer:noted": N_("left a note"),
    "answer:assigned": N_("gave the question to somebody"),
    "answer:undone": N_("took an answer back"),
    "letter:wrote": N_("entered a letter"),
    "letter:answered": N_("entered the answer to a letter"),
    "letter:unanswered": N_("entered that no answer came"),
    "make_token": N_("made a token for a program"),
    "revoke_token": N_("revoked a token"),
    "letter:withdrawn": N_("took a letter back"),
}
DETAILS = {
    "answer": N_("answer"),
    "question": N_("question"),
    "note": N_("note"),
    "until": N_("until"),
    "address": N_("address"),
    "replaced": N_("before"),
    "undoes": N_("takes back"),
    "role": N_("role"),
    "letter": N_("letter"),
    "on": N_("day"),
}


class Trail:
    """The audit in one language."""

    def __init__(self, texts: Texts) -> None:
        self._get = texts.catalogue.gettext

    def what(self, code: str) -> str:
        """What somebody did; a code that is not known here as it stands."""
        return self._get(WHAT[code]) if code in WHAT else code

    def detail(self, name: str) -> str:
        """The name of a detail; one that is not known here as it stands."""
        return self._get(DETAILS[name]) if name in DETAILS else name
