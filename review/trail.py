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
    "bulk:ceased": N_("answered many at once: ceased"),
    "bulk:alive": N_("answered many at once: still alive"),
    "bulk:static": N_("answered many at once: alive, site static"),
    "bulk:snoozed": N_("snoozed many questions at once"),
    "bulk:skipped": N_("skipped many questions at once"),
    "bulk:noted": N_("left a note on many questions at once"),
    "bulk:assigned": N_("gave many questions to somebody at once"),
    "bulk:undone": N_("took many answers back at once"),
    "cancel_rescan": N_("cancelled a second look"),
    "candidates:added": N_("found candidates"),
    "candidate:accepted": N_("accepted a candidate"),
    "candidate:rejected": N_("rejected a candidate"),
    "registry:added": N_("added a cluster"),
    "registry:corrected": N_("corrected a cluster"),
    "registry:imported": N_("imported a registry file"),
    "registry:merged": N_("merged a cluster into another one"),
    "registry:retired": N_("retired a cluster"),
    "registry:revived": N_("brought a cluster back"),
    "enable_person": N_("gave back the right to sign in"),
    "set_role": N_("changed a role"),
    "set_email": N_("changed an e-mail address"),
    "make_link": N_("made a sign-in link"),
    "end_sessions": N_("signed out everywhere"),
    "link_identity": N_("linked an account of the other service"),
    "unlink_identity": N_("unlinked an account of the other service"),
    "save_filter": N_("kept a filter"),
    "forget_filter": N_("removed a kept filter"),
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
    "answers": N_("answers"),
    "before": N_("before"),
    "bulk": N_("of many at once"),
    "overtaken": N_("answered by others first"),
    "filter": N_("filter"),
    "query": N_("filter"),
    "filter_id": N_("filter"),
    "candidate": N_("candidate"),
    "new": N_("new"),
    "again": N_("found again"),
    "decided": N_("decided before"),
    "source": N_("source"),
    "reason": N_("reason"),
    "added": N_("added"),
    "changed": N_("changed"),
    "into": N_("into"),
    "days": N_("days"),
    "email": N_("e-mail"),
    "issuer": N_("service"),
    "subject": N_("account"),
    "name": N_("name"),
    "rescan": N_("second look"),
    "sessions": N_("sessions"),
    "token": N_("token"),
    "tokens_revoked": N_("tokens revoked"),
    "way": N_("way"),
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
