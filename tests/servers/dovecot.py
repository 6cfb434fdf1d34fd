"""A private Dovecot on loopback: IMAP, IMAPS and LMTP, one mailbox for every address, one password for all.

Every address is a user of its own, so each test takes a fresh one with `new_user` and is alone in it. Mail to
`user+detail@…` goes into the folder `detail` of `user@…`, which is made and subscribed to.
"""

import grp
import imaplib
import itertools
import os
import pwd
import re
import shutil
import smtplib
from dataclasses import dataclass
from pathlib import Path

from tests.servers.authority import Authority, make_authority
from tests.servers.guarded import Guarded, free_port, private_folder

PASSWORD = "correct-horse"  # of a server that lives for one test run
MAIL_USER = "nobody"
"""Dovecot refuses to write mail as root."""
ATTEMPTS = 5

_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = {internal_user}
default_internal_group = {internal_group}
default_login_user = {login_user}
first_valid_uid = 1
mail_uid = {mail_uid}
mail_gid = {mail_gid}
mail_home = {folder}/home/%u
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
recipient_delimiter = +
lmtp_save_to_detail_mailbox = yes
lda_mailbox_autocreate = yes
lda_mailbox_autosubscribe = yes
postmaster_address = postmaster@e-sauda.kz
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
ssl_dh =
mail_max_userip_connections = 200
default_vsz_limit = 1G
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={folder}/home/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Junk {{
    auto = subscribe
    special_use = \\Junk
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """One message as the server holds it."""

    folder: str
    uid: int
    flags: frozenset[str]
    octets: bytes


def missing() -> str:
    """Why Dovecot cannot be started here, or an empty text."""
    binary = shutil.which("dovecot", path=_path())
    if binary is None:
        return "the program dovecot is not installed (Debian: dovecot-imapd, dovecot-lmtpd)"
    plugins = Path("/usr/lib/dovecot")
    absent = [name for name in ("imap", "lmtp") if not (plugins / name).exists()]
    return f"dovecot has no {' and no '.join(absent)} (Debian: dovecot-imapd, dovecot-lmtpd)" if absent else ""


class Dovecot:
    """The running server. `stop` ends it."""

    host = "127.0.0.1"
    password = PASSWORD

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        for _ in range(ATTEMPTS):
            self._start()
            if self._server.wait_for_ports(self.imap_port, self.imaps_port, self.lmtp_port):
                return
            complaint = self.log() + self._server.output()
            self.stop()
        raise RuntimeError(f"Dovecot does not start: {complaint}")

    def _start(self) -> None:
        self.folder = private_folder("dovecot")
        self.imap_port, self.imaps_port, self.lmtp_port = free_port(), free_port(), free_port()
        self.authority: Authority = make_authority(self.folder / "tls")
        root = os.geteuid() == 0
        mail = pwd.getpwnam(MAIL_USER) if root else pwd.getpwuid(os.geteuid())
        ours = pwd.getpwuid(os.geteuid()).pw_name
        for name in ("run", "state", "mail", "home"):
            (self.folder / name).mkdir()
        for name in ("mail", "home"):
            os.chown(self.folder / name, mail.pw_uid, mail.pw_gid)
        config = self.folder / "dovecot.conf"
        config.write_text(
            _CONFIG.format(
                folder=self.folder,
                internal_user="dovecot" if root else ours,
                internal_group="dovecot" if root else _group_name(),
                login_user="dovenull" if root else ours,
                mail_uid=mail.pw_uid,
                mail_gid=mail.pw_gid,
                certificate=self.authority.certificate,
                key=self.authority.key,
                imap_port=self.imap_port,
                imaps_port=self.imaps_port,
                lmtp_port=self.lmtp_port,
                password=PASSWORD,
            )
        )
        self._server = Guarded(
            [shutil.which("dovecot", path=_path()) or "dovecot", "-F", "-c", str(config)], self.folder
        )

    def stop(self) -> None:
        """End the server; its mail is gone."""
        self._server.stop()

    def log(self) -> str:
        """Dovecot's own log."""
        log = self.folder / "log"
        return log.read_text("utf-8", "replace") if log.exists() else ""

    def new_user(self, name: str = "info") -> str:
        """An address that nobody has used yet. No two servers give the same, so tests may share a Postfix."""
        return f"{name}-{os.getpid()}-{next(self._numbers)}@e-sauda.kz"

    def deliver(self, octets: bytes, *recipients: str, reverse_path: str = "client@example.kz") -> None:
        """Hand a message over by LMTP."""
        with smtplib.LMTP(self.host, self.lmtp_port) as lmtp:
            for recipient in recipients:
                # One at a time: LMTP answers the dot once for each recipient, and smtplib reads one answer only.
                lmtp.sendmail(reverse_path, [recipient], octets)

    def session(self, user: str) -> imaplib.IMAP4:
        """A plain imaplib session, logged in: the other mail client. A context manager."""
        session = imaplib.IMAP4(self.host, self.imap_port)
        session.login(user, PASSWORD)
        return session

    def folders(self, user: str) -> list[str]:
        """Names of all folders that can be selected."""
        with self.session(user) as session:
            lines = [line for line in session.list()[1] if isinstance(line, bytes)]
        return sorted(line.rsplit(b' "/" ', 1)[1].strip(b'"').decode() for line in lines if b"\\Noselect" not in line)

    def subscribed(self, user: str) -> list[str]:
        """Names of the folders that the user is subscribed to."""
        with self.session(user) as session:
            lines = [line for line in session.lsub()[1] if isinstance(line, bytes)]
        return sorted(line.rsplit(b' "/" ', 1)[1].strip(b'"').decode() for line in lines)

    def messages(self, user: str, folder: str | None = None) -> list[Stored]:
        """All messages in `folder`, or in every folder, by folder and UID; looking changes nothing."""
        found: list[Stored] = []
        for name in [folder] if folder else self.folders(user):
            with self.session(user) as session:
                session.select(f'"{name}"', readonly=True)
                answer = session.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])")[1]
            found += [_stored(name, item) for item in answer if isinstance(item, tuple)]
        return found

    def create(self, user: str, folder: str) -> None:
        """Make a folder."""
        with self.session(user) as session:
            session.create(f'"{folder}"')

    def delete(self, user: str, folder: str) -> None:
        """Delete a folder and what is in it."""
        with self.session(user) as session:
            session.delete(f'"{folder}"')

    def flag(self, user: str, folder: str, uid: int, *flags: str) -> None:
        """Set flags or keywords, as a person's mail client does."""
        with self.session(user) as session:
            session.select(f'"{folder}"')
            session.uid("STORE", str(uid), "+FLAGS", f"({' '.join(flags)})")

    def expunge(self, user: str, folder: str, uid: int) -> None:
        """Remove a message, as a person does who deletes it."""
        with self.session(user) as session:
            session.select(f'"{folder}"')
            session.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
            session.expunge()

    def uidvalidity(self, user: str, folder: str) -> int:
        """The UIDVALIDITY of a folder now."""
        with self.session(user) as session:
            session.select(f'"{folder}"', readonly=True)
            value = session.response("UIDVALIDITY")[1][0]
        assert isinstance(value, bytes)
        return int(value)

    def rebuild(self, user: str, folder: str = "INBOX") -> None:
        """Give a folder another UIDVALIDITY and its messages other UIDs, as a restore from a backup does."""
        before = self.uidvalidity(user, folder)
        place = self.folder / "mail" / user
        if folder != "INBOX":
            place = place / ("." + folder.replace("/", "."))
        for index in (*place.glob("dovecot.index*"), place / "dovecot-uidlist"):
            index.unlink(missing_ok=True)
        if self.uidvalidity(user, folder) == before:
            raise RuntimeError("UIDVALIDITY did not change")


def _stored(folder: str, item: tuple[bytes, bytes]) -> Stored:
    head, octets = item
    uid = re.search(rb"UID (\d+)", head)
    flags = re.search(rb"FLAGS \(([^)]*)\)", head)
    assert uid is not None
    assert flags is not None
    return Stored(folder, int(uid[1]), frozenset(flags[1].decode().split()), octets)


def _group_name() -> str:
    return grp.getgrgid(os.getegid()).gr_name


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
