"""`clusterwatch messages`: what staff are told, by hand and on trial."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cli import show
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, Format, FormatOption
from cli.users import print_rows
from crawler.config import Config
from crawler.errors import UsageError, WorkFailed
from crawler.news import Letter, Message, MessageKind
from crawler.notify import LANGUAGES
from db.desk import Desk
from pipelines.watching import watch
from review.digest import Writer
from schedules.channels import Channel, NotSent, channels
from schedules.telling import Digests, Write

NOBODY = "nobody is named: set notify.mail_en, notify.mail_ja, notify.services_variable or notify.webhook"


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    messages = typer.Typer(help="What staff are told by e-mail and otherwise.", no_args_is_help=True)
    messages.command("list")(list_messages)
    messages.command("send")(send)
    messages.command("show")(show_message)
    messages.command("test")(trial)
    app.add_typer(messages, name="messages")


def write(config: Config) -> Write:
    """What puts messages into words."""
    zone = ZoneInfo(config.review.time_zone)
    writers = {language: Writer(language, config.notify.pages, zone) for language in LANGUAGES}
    return lambda desk, message, language: writers[language].letter(desk, message)


def digests(config: Config) -> Digests:
    """What tells everybody who is named. Raises ConfigError when a secret is missing."""
    return Digests(
        config=config, channels=channels(config.notify), write=write(config), watch=lambda desk: watch(desk, config)
    )


def send(db: DbOption = Path(DEFAULT_DATABASE), config: ConfigOption = None) -> int:
    """Tell everybody now what they have not been told yet, as the digest of the timetable does."""
    context = Context.of(db, config)
    teller = digests(context.config)
    if not teller.channels:
        raise UsageError(NOBODY)
    with Desk.open(context.database) as desk:
        sent = teller.tell(desk)
    if sent.left:
        raise WorkFailed(sent.words)
    print(f"{show.counted(sent.sent, 'message')} sent.")
    return 0


def list_messages(
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, metavar="N", help="How many.")] = 20,
    form: FormatOption = Format.TABLE,
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """List the messages, newest first: to whom, what became of them, and why."""
    with Desk.open(db) as desk:
        rows = [
            {
                "message": m.message_id,
                "made_at": f"{m.made_at:%Y-%m-%dT%H:%MZ}",
                "recipient": m.recipient,
                "kind": str(m.kind),
                "news": len(m.news),
                "state": str(m.state),
                "attempts": m.attempts,
                "tried_at": f"{m.tried_at:%Y-%m-%dT%H:%MZ}" if m.tried_at else None,
                "error": m.error,
            }
            for m in desk.messages(limit)
        ]
    headings = ("message", "made_at", "recipient", "kind", "news", "state", "attempts", "tried_at", "error")
    print_rows(headings, rows, form, "messages")
    return 0


def show_message(
    message_id: Annotated[int, typer.Argument(metavar="MESSAGE", help="The number of the message.")],
    language: Annotated[str, typer.Option("--language", metavar="LANGUAGE", help="en or ja.")] = "en",
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write the HTML there instead.")] = None,
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Show a message in words."""
    if language not in LANGUAGES:
        raise UsageError(f"--language: {language!r} is none of {', '.join(LANGUAGES)}")
    context = Context.of(db, config)
    with Desk.open(context.database) as desk:
        message = desk.message(message_id)
        if message is None:
            raise UsageError(f"there is no message {message_id}; clusterwatch messages list names them")
        letter = write(context.config)(desk, message, language)
    if html is not None:
        html.write_text(letter.html, encoding="utf-8")
        print(f"{html}: written. Open it in a browser.")
    else:
        print(letter.text, end="")
    return 0


def trial(db: DbOption = Path(DEFAULT_DATABASE), config: ConfigOption = None) -> int:
    """Send a message to everybody who is named that says only that it arrives, and report each of them."""
    context = Context.of(db, config)
    ways = channels(context.config.notify)
    if not ways:
        raise UsageError(NOBODY)
    writing = write(context.config)
    failed = 0
    with Desk.open(context.database) as desk:
        for way in ways:
            why = _tried(way, writing(desk, _trial_message(desk, way), way.language), desk)
            failed += bool(why)
            print(f"{'BAD' if why else 'ok '} {way.recipient}{': ' + show.safe(why) if why else ''}")
    return 1 if failed else 0


def _trial_message(desk: Desk, way: Channel) -> Message:
    """A message without any news; it is not kept."""
    key = secrets.token_hex(16)
    return Message(recipient=way.recipient, kind=MessageKind.TEST, made_at=desk.now(), news=(), key=key)


def _tried(way: Channel, letter: Letter, desk: Desk) -> str:
    """Why a letter could not be sent, "" when it was."""
    try:
        way.send(letter, desk.now())
    except NotSent as error:
        return str(error)
    return ""
