"""A real mail server on a free port of this machine, that can be told to refuse and keeps what it took."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Mailbox:
    """The mail that a server took, and how it behaves."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)  # who signed in
    refuses: str = ""  # an answer such as "451 try again", to every recipient
    port: int = 0

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail."""
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.SMTP)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        return "250 taken"

    def login(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        """Whether a person may send."""
        assert isinstance(data, LoginPassword)
        good = (data.login, data.password) == (b"clusterwatch", b"a long password")
        if good:
            self.users.append(data.login.decode())
        return AuthResult(success=good)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def mail_server(trust: ssl.SSLContext | None = None, *, from_first_byte: bool = False) -> Iterator[Mailbox]:
    """A mail server; with a certificate it offers STARTTLS, or speaks TLS from the first byte."""
    box = Mailbox(port=_free_port())
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=box.port,
        tls_context=None if from_first_byte else trust,
        ssl_context=trust if from_first_byte else None,
        authenticator=box.login,
        auth_require_tls=not from_first_byte and trust is not None,
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
