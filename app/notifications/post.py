"""Sends letters: by SMTP, or into the mail folder of an installation without a mail server. The only module that knows mail."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app

from app.notifications.letters import Words

PATIENCE = 20.0
# Reasons that are ours to put into words; any other reason is the mail server's own answer.
BAD_ADDRESS, NO_CONNECTION, SET_UP, UNKNOWN = "bad_address", "no_connection", "set_up", "outcome_unknown"
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\\x00-\x20\x7f]{1,64}@[^@\s<>,;:\"()\[\]\\\x00-\x20\x7f]{1,250}")


class _WholeSubjects(EmailPolicy):
    """Folds a subject without losing a space: Python's own folding drops the one between a plain word and a Russian one."""

    def fold(self, name: str, value: str) -> str:
        if name != "Subject":
            return super().fold(name, value)
        folded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii") if name == "Subject" else super().fold_binary(name, value)


POLICY = _WholeSubjects(linesep="\r\n")


class Refused(Exception):
    """The mail server said no for good: the address or the letter will never be taken."""


class Later(Exception):
    """The letter cannot go now: no connection, a full mailbox, greylisting, a mail server set up wrongly."""


class Unknown(Exception):
    """The connection broke after the letter was given over: it may have arrived. It is sent again under the same Message-ID."""


@dataclass(frozen=True)
class Letter:
    message_id: str
    address: str
    words: Words
    at: datetime


def uses_smtp() -> bool:
    return bool(current_app.config["SMTP_URL"])


def deliver(letter: Letter) -> None:
    """Give the letter over. Raises Refused, Later or Unknown."""
    address = _plain_address(letter.address)
    message = compose(letter, address)
    if uses_smtp():
        _by_smtp(message, address)
    else:
        _into_folder(message, letter.message_id)


def compose(letter: Letter, address: str) -> EmailMessage:
    """Return the message: text with an HTML twin, a Message-ID that never changes."""
    message = EmailMessage(policy=POLICY)
    message["From"] = _mailbox("MAIL_FROM")
    if current_app.config.get("MAIL_REPLY_TO"):
        message["Reply-To"] = _mailbox("MAIL_REPLY_TO")
    message["To"] = Address(addr_spec=address)
    message["Subject"] = _line(letter.words.subject)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.words.language
    message.set_content(letter.words.text)
    message.add_alternative(letter.words.html, subtype="html")
    return message


def _mailbox(setting: str) -> Address:
    """Return the address that a setting holds. Raises Later: a wrong setting is no letter's fault."""
    name, address = parseaddr(current_app.config[setting])
    try:
        return Address(_line(name), addr_spec=_plain_address(address))
    except Refused as fault:
        raise Later(f"{SET_UP}: {setting}") from fault


def _plain_address(text: str) -> str:
    """Return one address that any mail server understands. Raises Refused for what is not exactly one."""
    if not _ADDRESS.fullmatch(text):
        raise Refused(BAD_ADDRESS)
    local, domain = text.rsplit("@", 1)
    try:
        plain = f"{local}@{domain.encode('idna').decode()}"
        plain.encode("ascii")
        Address(addr_spec=plain)
    except ValueError as fault:  # a domain or a name before the @ that cannot be written in ASCII
        raise Refused(BAD_ADDRESS) from fault
    return plain


def _line(text: str) -> str:
    """Return the text as one header line: nobody adds a header through a name."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())[:200]


# SMTP


def _by_smtp(message: EmailMessage, address: str) -> None:
    """Hand one message to the mail server. What is wrong with the server or our account is tried again; only a refusal of
    this address or this letter is final."""
    content = message.as_bytes()
    with _connected() as smtp:
        _give(smtp, content, address)
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()


def _connected() -> smtplib.SMTP:
    server = urlsplit(current_app.config["SMTP_URL"])
    try:
        smtp = _connect(server)
        code, answer = smtp.mail(parseaddr(current_app.config["MAIL_FROM"])[1])
    except smtplib.SMTPResponseException as fault:
        raise Later(f"{SET_UP}: {_answer(fault.smtp_code, fault.smtp_error)}") from fault
    except (OSError, smtplib.SMTPException) as fault:
        raise Later(f"{NO_CONNECTION}: {type(fault).__name__}") from fault
    if code >= 400:
        smtp.close()
        raise Later(f"{SET_UP}: {_answer(code, answer)}")
    return smtp


def _connect(server: SplitResult) -> smtplib.SMTP:
    context = ssl.create_default_context()
    host, port = server.hostname or "localhost", server.port or (465 if server.scheme == "smtps" else 25)
    if server.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
    else:
        smtp = smtplib.SMTP(host, port, timeout=PATIENCE)
    try:
        smtp.ehlo()
        if server.scheme != "smtps" and smtp.has_extn("starttls"):
            smtp.starttls(context=context)
            smtp.ehlo()
        if server.username:
            smtp.login(unquote(server.username), unquote(server.password or ""))
    except BaseException:
        smtp.close()
        raise
    return smtp


def _give(smtp: smtplib.SMTP, content: bytes, address: str) -> None:
    given_over = False
    try:
        _judge(*smtp.rcpt(address))
        given_over = True
        _judge(*smtp.data(content))
    except smtplib.SMTPResponseException as fault:
        _judge(fault.smtp_code, fault.smtp_error)
        raise Later(_answer(fault.smtp_code, fault.smtp_error)) from fault
    except (OSError, smtplib.SMTPException) as fault:
        if given_over:
            raise Unknown(type(fault).__name__) from fault
        raise Later(f"{NO_CONNECTION}: {type(fault).__name__}") from fault


def _judge(code: int, answer: bytes | str) -> None:
    if 500 <= code < 600:
        raise Refused(_answer(code, answer))
    if code >= 400:
        raise Later(_answer(code, answer))


def _answer(code: int, answer: bytes | str) -> str:
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return _line(f"{code} {words}")


# The mail folder


def _folder() -> Path:
    folder: Path = current_app.config["VAR"] / "mail"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _into_folder(message: EmailMessage, message_id: str) -> None:
    """Write the letter as a file named after its Message-ID: sent twice, it is one file."""
    name = re.sub(r"[^A-Za-z0-9.-]", "_", message_id)
    folder = _folder()
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".")
    with os.fdopen(handle, "wb") as out:
        out.write(message.as_bytes())
        out.flush()
        os.fsync(out.fileno())
    Path(temporary).replace(folder / f"{name}.eml")


@dataclass(frozen=True)
class FolderLetter:
    name: str
    address: str
    subject: str
    when: datetime
    text: str = ""

    @property
    def lines(self) -> list[tuple[str, bool]]:
        """The text line by line, and whether a line is an address of our own that may be followed."""
        ours = tuple(f"{current_app.config[name]}/" for name in ("BASE_URL", "CHECK_URL"))
        return [(line, line.startswith(ours) and " " not in line) for line in self.text.splitlines()]


def folder_letters(most: int = 100) -> list[FolderLetter]:
    """Return the newest letters of the folder, newest first."""
    files = sorted(_folder().glob("[!.]*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)[:most]
    return [_read(file) for file in files]


def folder_letter(name: str) -> FolderLetter | None:
    """Return one letter with its text, or None for a name that is not in the folder."""
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*\.eml", name):
        return None
    file = _folder() / name
    return _read(file, whole=True) if file.is_file() else None


def _read(file: Path, *, whole: bool = False) -> FolderLetter:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",)) if whole else None
    date = message["Date"]
    when = date.datetime if date is not None else datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return FolderLetter(file.name, str(message["To"]), str(message["Subject"]), when, body.get_content() if body else "")
