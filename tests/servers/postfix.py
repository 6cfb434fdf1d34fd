"""A private Postfix on loopback, for tests that want a real MTA: takes mail by SMTP, hands it to Dovecot by LMTP.

Needs root (Postfix changes users). Its queue is in its own folder; it asks no name server and leaves loopback never.
"""

import os
import shutil
from pathlib import Path

from tests.servers.guarded import Guarded, free_port, private_folder

DAEMONS = Path("/usr/lib/postfix/sbin")
ATTEMPTS = 5

_MAIN = """
compatibility_level = 3.6
config_directory = {folder}/config
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mail.e-sauda.kz
myorigin = e-sauda.kz
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
lmtp_dns_support_level = disabled
lmtp_host_lookup = native
default_transport = lmtp:inet:127.0.0.1:{lmtp_port}
message_size_limit = 60000000
recipient_delimiter = +
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
"""

_MASTER = """
127.0.0.1:{smtp_port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
_QUEUES = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace")


def missing() -> str:
    """Why Postfix cannot be started here, or an empty text."""
    if not (DAEMONS / "master").exists():
        return "Postfix is not installed (Debian: postfix)"
    return "" if os.geteuid() == 0 else "Postfix needs root"


class Postfix:
    """The running server. `stop` ends it; its queue is gone."""

    host = "127.0.0.1"

    def __init__(self, lmtp_port: int) -> None:
        for _ in range(ATTEMPTS):
            self._start(lmtp_port)
            if self._server.wait_for_ports(self.port):
                return
            complaint = self.log() + self._server.output()
            self.stop()
        raise RuntimeError(f"Postfix does not start: {complaint}")

    def _start(self, lmtp_port: int) -> None:
        self.folder = private_folder("postfix")
        self.port = free_port()
        config, queue, data = (self.folder / name for name in ("config", "queue", "data"))
        for folder in (config, queue, data):
            folder.mkdir()
        shutil.chown(data, "postfix")
        for name in (*_QUEUES, "pid", "public", "maildrop"):
            (queue / name).mkdir(mode=0o700)
            if name != "pid":
                shutil.chown(queue / name, "postfix")
        for name, mode in (("public", 0o2710), ("maildrop", 0o1730)):
            shutil.chown(queue / name, group="postdrop")
            (queue / name).chmod(mode)
        (queue / "pid").chmod(0o755)
        (config / "main.cf").write_text(_MAIN.format(folder=self.folder, daemons=DAEMONS, lmtp_port=lmtp_port))
        (config / "master.cf").write_text(_MASTER.format(smtp_port=self.port))
        self._server = Guarded([str(DAEMONS / "master"), "-c", str(config), "-d"], self.folder)

    def stop(self) -> None:
        """End the server."""
        self._server.stop()

    def log(self) -> str:
        """Postfix's own log: one line per delivery with fixed keys."""
        log = self.folder / "log"
        return log.read_text("utf-8", "replace") if log.exists() else ""
