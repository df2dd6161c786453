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
    "letter:withdrawn": N_("took a letter back"),
    "partners:recent_eu": N_("said: recent relations with the EU"),
    "partners:past_eu": N_("said: past relations with the EU only"),
    "partners:asia_america": N_("said: relations with Asia, America or elsewhere only"),
    "partners:open": N_("said: open to partners abroad, without a target"),
    "partners:no_information": N_("said: no information about partners abroad"),
    "partners:not_interested": N_("said: not interested in partners abroad"),
    "partners:withdrawn": N_("took back the class of partners abroad"),
    "enable_person": N_("gave back the right to sign in"),
    "set_role": N_("changed a role"),
    "set_email": N_("changed an e-mail address"),
    "make_link": N_("made a sign-in link"),
    "end_sessions": N_("signed out everywhere"),
    "link_identity": N_("linked an account of another service"),
    "unlink_identity": N_("unlinked an account of another service"),
    "make_token": N_("made a token for a program"),
    "revoke_token": N_("revoked a token"),
    "save_filter": N_("kept a filter"),
    "forget_filter": N_("removed a kept filter"),
    "cancel_rescan": N_("cancelled a second look"),
    "bulk:ceased": N_("answered many at once: ceased"),
    "bulk:alive": N_("answered many at once: still alive"),
    "bulk:static": N_("answered many at once: alive, site static"),
    "bulk:snoozed": N_("snoozed many questions at once"),
    "bulk:skipped": N_("skipped many questions at once"),
    "bulk:noted": N_("left a note on many questions at once"),
    "bulk:assigned": N_("gave many questions to somebody at once"),
    "bulk:undone": N_("took back the answers to many questions"),
    "registry:added": N_("added a cluster"),
    "registry:corrected": N_("corrected a cluster"),
    "registry:retired": N_("retired a cluster"),
    "registry:revived": N_("brought a cluster back"),
    "registry:merged": N_("merged two clusters"),
    "registry:imported": N_("imported a file into the registry"),
    "sheet:imported": N_("brought a filled-in sheet back"),
    "sheet:undone": N_("took back a filled-in sheet"),
    "set_schedule": N_("changed the timetable"),
    "pause_run": N_("paused a run"),
    "resume_run": N_("let a run go on"),
    "cancel_run": N_("cancelled a run"),
    "candidates:added": N_("added candidates"),
    "candidate:accepted": N_("accepted a candidate"),
    "candidate:rejected": N_("rejected a candidate"),
    "clean_up:pages": N_("removed saved pages by their age"),
    "clean_up:pictures": N_("removed pictures by their age"),
    "clean_up:records": N_("removed old records of what happened"),
}
DETAILS = {
    "answer": N_("answer"),
    "assessment": N_("class of partners abroad"),
    "question": N_("question"),
    "note": N_("note"),
    "until": N_("until"),
    "address": N_("address"),
    "replaced": N_("before"),
    "before": N_("before"),
    "undoes": N_("takes back"),
    "role": N_("role"),
    "letter": N_("letter"),
    "on": N_("day"),
    "now": N_("now"),
    "email": N_("e-mail address"),
    "tokens_revoked": N_("tokens revoked"),
    "way": N_("way in"),
    "sessions": N_("sessions"),
    "issuer": N_("service"),
    "subject": N_("account"),
    "name": N_("name"),
    "query": N_("filter"),
    "filter_id": N_("filter"),
    "token": N_("token"),
    "days": N_("days"),
    "rescan": N_("second look"),
    "bulk": N_("many at once"),
    "answers": N_("answers"),
    "sheet": N_("sheet"),
    "changed": N_("changes of the registry"),
    "into": N_("into"),
    "source": N_("source"),
    "candidate": N_("candidate"),
    "reason": N_("reason"),
    "pages": N_("pages"),
    "pictures": N_("pictures"),
    "records": N_("records"),
    "older_than": N_("older than"),
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
