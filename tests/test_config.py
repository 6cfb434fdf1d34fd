"""The configuration: every fault with file, line and cure, all in one go; secrets from nowhere they could leak."""

import dataclasses
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from daemon.config import load
from daemon.desk.faults import Fault, Faulty
from daemon.settings import Config, Service

PLAIN = """\
[service]
mode = "auto"
address = "info@e-sauda.kz"
operators = ["operator@e-sauda.kz"]
manager = "manager@e-sauda.kz"
quality = "quality@e-sauda.kz"

[imap]
host = "mail.example.kz"
user = "info@e-sauda.kz"

[smtp]
host = "mail.example.kz"
user = "info@e-sauda.kz"

[paths]
state = "var"

[database]
url = "sqlite:///var/desk.sqlite3"
"""
KEY = "0123456789abcdef0123456789abcdef"
SECRETS = {
    "ESAUDA_IMAP_PASSWORD": "imap-secret",
    "ESAUDA_SMTP_PASSWORD": "smtp-secret",
    "ESAUDA_TOKEN_KEYS": KEY,
}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str = PLAIN) -> Path:
        file = tmp_path / "esauda.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return written


def faults(file: Path, environment: Mapping[str, str] = SECRETS) -> list[Fault]:
    with pytest.raises(Faulty) as raised:
        load(file, environment)
    return raised.value.faults


def line_of(text: str, start: str) -> int:
    return next((at for at, line in enumerate(text.splitlines(), start=1) if line.startswith(start)), 0)


def secret(file: Path, text: str, mode: int = 0o600) -> Path:
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def test_a_plain_configuration_has_the_documented_defaults(write: Write) -> None:
    config = load(write(), SECRETS)
    assert config.service == Service(
        "auto", "info@e-sauda.kz", (), ("operator@e-sauda.kz",), "manager@e-sauda.kz", "quality@e-sauda.kz"
    )
    assert (config.imap.port, config.imap.security, config.smtp.port, config.smtp.security) == (993, "tls", 465, "tls")
    assert (config.intake.ack_max_age_days, config.witness.grace_minutes, config.limits.poison_attempts) == (3, 30, 3)
    assert config.service.number_prefix == "ES"


def test_paths_are_relative_to_the_file_and_rules_templates_and_data_are_the_shipped_ones(write: Write) -> None:
    file = write()
    config = load(file, SECRETS)
    assert config.state == file.parent / "var"
    assert (config.rules / "decisions.yaml").is_file()
    assert (config.templates / "ru").is_dir()
    assert (config.data / "calendar.yaml").is_file()
    own = load(write(PLAIN.replace('state = "var"', 'state = "var"\nrules = "own"')), SECRETS)
    assert own.rules == file.parent / "own"


def test_the_example_of_the_release_has_no_fault_but_its_missing_secrets() -> None:
    example = Path(__file__).parent.parent / "esauda.example.toml"
    assert {fault.cure.partition(" ")[0] for fault in faults(example, {})} <= {"Give", "Set"}
    named = {fault.text.partition(" ")[2] for fault in faults(example, {})}
    assert all("cannot be read" in text or "not given" in text or "token key" in text for text in named)


@pytest.mark.parametrize(
    ("old", "new", "at", "text"),
    [
        ('mode = "auto"', 'mode = "automatic"', "mode", "`service.mode`"),
        ('mode = "auto"', "mode = 1", "mode", "`service.mode`"),
        ('mode = "auto"', 'mode = "auto"\nmanger = "x"', "manger", "[service] has no setting `manger`"),
        ('mode = "auto"\n', "", "[service]", "[service] lacks `mode`"),
        ('address = "info@e-sauda.kz"', 'address = "info"', "address", "`info` is no mail address"),
        ('address = "info@e-sauda.kz"', 'address = "info@пример.kz"', "address", "is no mail address"),
        ('address = "info@e-sauda.kz"', 'address = "info@-e.kz"', "address", "is no mail address"),
        ('"operator@e-sauda.kz"', '"operator at e-sauda.kz"', "operators", "is no mail address"),
        ('operators = ["operator@e-sauda.kz"]', "operators = []", "operators", "there is no operator"),
        ('operators = ["operator@e-sauda.kz"]\n', "", "[service]", "there is no operator"),
        (
            'operators = ["operator@e-sauda.kz"]',
            'operators = "operator@e-sauda.kz"',
            "operators",
            "`service.operators`",
        ),
        (
            'operators = ["operator@e-sauda.kz"]',
            'operators = ["INFO@e-sauda.kz"]',
            "operators",
            "of the service itself",
        ),
        ('manager = "manager@e-sauda.kz"', 'manager = ""', "manager", "`` is no mail address"),
        ('manager = "manager@e-sauda.kz"\n', "", "[service]", "`` is no mail address"),
        ('quality = "quality@e-sauda.kz"\n', "", "[service]", "`` is no mail address"),
        ('quality = "quality@e-sauda.kz"', 'quality = "info@e-sauda.kz"', "quality", "of the service itself"),
        ('quality = "quality@e-sauda.kz"', 'quality = "Operator@e-sauda.kz"', "quality", "is an operator"),
        ('mode = "auto"', 'mode = "auto"\nnumber_prefix = "E5"', "number_prefix", "capital Latin letters"),
        ("[imap]", "[imap]\nport = 99999", "port", "`imap.port` is no port"),
        ("[imap]", "[imap]\nport = 0", "port", "`imap.port` is no port"),
        ("[imap]", "[imap]\nport = -1", "port", "is below zero"),
        ("[imap]", "[imap]\nport = true", "port", "`imap.port`"),
        ("[imap]", '[imap]\nport = "993"', "port", "`imap.port`"),
        ("[imap]", '[imap]\nsecurity = "ssl"', "security", "`imap.security`"),
        ("[imap]", '[imap]\nca_file = "none.pem"', "ca_file", "there is no file none.pem"),
        ("[imap]", "[imap]\ntimeout_seconds = 0", "timeout_seconds", "must be at least 1"),
        ("[imap]", '[imap]\npassword = "secret"', "password", "[imap] has no setting `password`"),
        ("[smtp]", "[smtp]\nparallel = 0", "parallel", "must be at least 1"),
        ("[smtp]", "[smtp]\nfinal_dot_seconds = 0", "final_dot_seconds", "must be at least 1"),
        ("[paths]", '[intake]\nstart = "yesterday"\n[paths]', "start", "`yesterday` is no start"),
        ("[paths]", '[intake]\nstart = "2026-02-30"\n[paths]', "start", "is no start"),
        ("[paths]", '[intake]\nstart = "uid:0"\n[paths]', "start", "is no start"),
        ("[paths]", "[witness]\ngrace_minutes = 0\n[paths]", "grace_minutes", "must be at least 1"),
        ("[paths]", '[witness]\naddress = "w@e-sauda.kz"\n[paths]', "[witness]", "a witness address without a folder"),
        ("[paths]", "[limits]\npoison_attempts = 0\n[paths]", "poison_attempts", "must be at least 1"),
        ("[paths]", "[limits]\nmessage_seconds = 0\n[paths]", "message_seconds", "must be at least 1"),
        ("[paths]", "[limits]\nretry_jitter = 1.5\n[paths]", "retry_jitter", "is a share"),
        ("[paths]", "[limits]\nretry_first = 7201\n[paths]", "retry_first", "is above `limits.retry_last`"),
        ("[paths]", "[message_limits]\nmime_parts = 0\n[paths]", "mime_parts", "must be at least 1"),
        ("[paths]", "[path]\n[paths]", "[path]", "no section is called [path]"),
        ("[service]", "verbose = true\n[service]", "verbose", "no section is called [verbose]"),
        ("[service]", 'log = "x"\n[service]', "log", "[log] must be a section"),
        ('url = "sqlite:///var/desk.sqlite3"', 'url = "mysql://db.example.kz/desk"', "url", "is not supported"),
        ('url = "sqlite:///var/desk.sqlite3"', 'url = "sqlite:///"', "url", "is not supported"),
        ('url = "sqlite:///var/desk.sqlite3"', 'url = "postgres://desk@db/desk"', "url", "is not supported"),
        ('url = "sqlite:///var/desk.sqlite3"', 'url = "postgresql://[::1/x"', "url", "is not well-formed"),
        ('url = "sqlite:///var/desk.sqlite3"', 'url = "postgresql://db/x?colour=red"', "url", "is not well-formed"),
        ('url = "sqlite:///var/desk.sqlite3"', "url = 5", "url", "`database.url` must be a text"),
        ('url = "sqlite:///var/desk.sqlite3"', 'uri = "x"', "uri", "[database] has no setting `uri`"),
        ('url = "sqlite:///var/desk.sqlite3"', "", "[database]", "there is no URL of the database"),
        ("[database]", '[desk]\ntoken_keys = "x"\n[database]', "token_keys", "[desk] has no setting `token_keys`"),
    ],
)
def test_a_fault_names_its_line_and_a_cure(write: Write, old: str, new: str, at: str, text: str) -> None:
    assert old in PLAIN
    changed = PLAIN.replace(old, new, 1)
    file = write(changed)
    found = [fault for fault in faults(file) if text in fault.text]
    assert [(fault.file, fault.line) for fault in found] == [(file, line_of(changed, at))]
    assert found[0].cure.endswith((".", "?", "`."))


@pytest.mark.parametrize(
    ("setting", "meant"), [("adress", "address"), ("operator", "operators"), ("qualty", "quality")]
)
def test_a_mistyped_setting_is_told_what_was_meant(write: Write, setting: str, meant: str) -> None:
    found = faults(write(PLAIN.replace('mode = "auto"', f'mode = "auto"\n{setting} = ""')))
    assert [fault.cure for fault in found if f"`{setting}`" in fault.text] == [f"Did you mean `{meant}`?"]


def test_all_faults_are_found_in_one_go_in_the_order_of_the_file(write: Write) -> None:
    changed = (
        PLAIN.replace('"auto"', '"car"').replace("[imap]", "[imap]\nport = -1").replace('state = "var"', "stat = 1")
    )
    found = faults(write(changed.replace("sqlite:///var/desk.sqlite3", "x://y")), {})
    texts = " ".join(fault.text for fault in found)
    for expected in ("service.mode", "below zero", "has no setting `stat`", "lacks `state`", "kind of the database",
                     "token key"):  # fmt: skip
        assert expected in texts
    assert [fault.line for fault in found] == sorted(fault.line for fault in found)


@pytest.mark.parametrize("text", ["[service\nmode = 1\n", "mode == 1\n", '[a]\nb = "unfinished\n'])
def test_a_file_that_is_not_toml_is_one_fault_with_its_line(write: Write, text: str) -> None:
    (found,) = faults(write(text))
    assert found.line in {1, 2}
    assert "not TOML" in found.text


def test_a_file_that_is_not_there_or_not_utf_8_is_a_fault(tmp_path: Path) -> None:
    (missing,) = faults(tmp_path / "none.toml")
    assert "cannot be read" in missing.text
    (tmp_path / "koi8.toml").write_bytes("# привет".encode("koi8-r"))
    (wrong,) = faults(tmp_path / "koi8.toml")
    assert "not UTF-8" in wrong.text


@pytest.mark.parametrize(
    ("missing", "text"),
    [
        ("ESAUDA_IMAP_PASSWORD", "the password of the mailbox is not given"),
        ("ESAUDA_SMTP_PASSWORD", "the password of the submission server is not given"),
        ("ESAUDA_TOKEN_KEYS", "there is no token key of at least 32 characters"),
    ],
)
def test_a_secret_that_is_not_given_is_a_fault(write: Write, missing: str, text: str) -> None:
    (found,) = faults(write(), {name: value for name, value in SECRETS.items() if name != missing})
    assert found.text == text
    assert missing in found.cure


def test_without_a_user_the_submission_server_needs_no_password(write: Write) -> None:
    open_relay = PLAIN.replace('[smtp]\nhost = "mail.example.kz"\nuser = "info@e-sauda.kz"', '[smtp]\nhost = "x"')
    environment = {name: value for name, value in SECRETS.items() if "SMTP" not in name}
    assert load(write(open_relay), environment).secrets.smtp_password == ""


@pytest.mark.parametrize("keys", ["short", f"{KEY} short", KEY[:-1]])
def test_every_token_key_must_be_long_enough(write: Write, keys: str) -> None:
    assert "token key" in faults(write(), {**SECRETS, "ESAUDA_TOKEN_KEYS": keys})[0].text


def test_the_first_token_key_signs_and_all_are_kept(write: Write) -> None:
    config = load(write(), {**SECRETS, "ESAUDA_TOKEN_KEYS": f"{KEY[::-1]}\n{KEY}\n"})
    assert config.secrets.token_keys == (KEY[::-1].encode(), KEY.encode())


WITH_FILES = (
    PLAIN.replace("[imap]", '[imap]\npassword_file = "imap"')
    .replace("[smtp]", '[smtp]\npassword_file = "smtp"')
    .replace('url = "sqlite:///var/desk.sqlite3"', 'url_file = "url"')
    + '[desk]\ntoken_keys_file = "keys"\n'
)


@pytest.fixture
def with_files(write: Write, tmp_path: Path) -> Path:
    for name, text in (("imap", "from-imap\n"), ("smtp", "from-smtp\n"), ("keys", KEY), ("url", "sqlite:///x.db\n")):
        secret(tmp_path / name, text)
    return write(WITH_FILES)


def test_secrets_may_come_from_files_beside_the_configuration(with_files: Path) -> None:
    config = load(with_files, {})
    assert (config.secrets.imap_password, config.secrets.smtp_password) == ("from-imap", "from-smtp")
    assert config.secrets.token_keys == (KEY.encode(),)
    assert config.database_url == "sqlite:///x.db"


def test_a_named_file_is_what_counts_and_not_the_environment(with_files: Path) -> None:
    assert load(with_files, SECRETS).secrets.imap_password == "from-imap"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o610])
@pytest.mark.parametrize(
    ("name", "setting"),
    [("imap", "password_file"), ("keys", "token_keys_file"), ("url", "url_file")],
)
def test_a_secret_that_others_may_read_is_a_fault(with_files: Path, name: str, setting: str, mode: int) -> None:
    (with_files.parent / name).chmod(mode)
    (found,) = faults(with_files, {})
    assert found.line == line_of(WITH_FILES, setting)
    assert "others may read" in found.text
    assert found.cure == f"Run `chmod 600 {with_files.parent / name}`."


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"\xff\xfe")], ids=["gone", "not UTF-8"])
def test_a_secret_file_that_cannot_be_read_is_a_fault(with_files: Path, damage: Callable[[Path], object]) -> None:
    damage(with_files.parent / "imap")
    found = faults(with_files, {})
    assert any("cannot be read" in fault.text and "ESAUDA_IMAP_PASSWORD" in fault.cure for fault in found)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://desk:secret@db.example.kz/desk",
        "postgresql+psycopg://desk:secret@db.example.kz/desk",
        "postgresql://desk:se/cr@et@db.example.kz/desk",
        "postgresql://:secret@db.example.kz/desk",
        "postgresql://db.example.kz/desk?user=desk&password=secret",
    ],
)
def test_a_password_in_the_url_of_the_configuration_is_refused_and_not_repeated(write: Write, url: str) -> None:
    found = faults(write(PLAIN.replace("sqlite:///var/desk.sqlite3", url)))
    assert any("a password stands in `database.url`" in fault.text for fault in found)
    assert not any("secret" in str(fault) or "se/cr" in str(fault) for fault in found)


def test_postgresql_needs_its_library_and_the_fault_says_how_to_get_it(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(PLAIN.replace("sqlite:///var/desk.sqlite3", "postgresql://desk@db.example.kz/desk"))
    assert load(file, SECRETS).database_url == "postgresql://desk@db.example.kz/desk"
    monkeypatch.setitem(sys.modules, "psycopg", None)
    (fault,) = faults(file)
    assert "needs the library psycopg" in fault.text
    assert "pip install 'e-sauda-support[pg]'" in fault.cure
    assert fault.line == line_of(file.read_text(), "url")


def test_a_url_with_a_password_comes_from_a_file_and_is_not_repeated_in_a_fault(write: Write, tmp_path: Path) -> None:
    file = write(PLAIN.replace('url = "sqlite:///var/desk.sqlite3"', 'url_file = "url"'))
    url = "postgresql://desk:se%23cret@db.example.kz/desk"
    secret(tmp_path / "url", f"{url}\n")
    assert load(file, SECRETS).database_url == url
    secret(tmp_path / "url", url + "?colour=red")
    (fault,) = faults(file)
    assert "is not well-formed" in fault.text
    assert "cret" not in str(fault)


def test_the_url_may_come_from_the_environment(write: Write) -> None:
    without = write(PLAIN.replace('url = "sqlite:///var/desk.sqlite3"', ""))
    assert load(without, {**SECRETS, "ESAUDA_DATABASE_URL": "sqlite:///e.db"}).database_url == "sqlite:///e.db"


def secrets_of(config: Config) -> list[str]:
    found = [config.secrets.imap_password, config.secrets.smtp_password, config.database_url]
    return found + [key.decode() for key in config.secrets.token_keys]


def test_no_secret_shows_in_repr_str_or_a_traceback(write: Write) -> None:
    config = load(write(), SECRETS)
    shown = f"{config!r} {config} {config.secrets!r} {dataclasses.replace(config)!r}"
    assert not [value for value in secrets_of(config) if value in shown]


def test_no_secret_shows_in_a_fault(with_files: Path) -> None:
    for name in ("imap", "smtp", "keys", "url"):
        (with_files.parent / name).chmod(0o644)
    secret(with_files.parent / "keys", "tooshortkey", 0o644)
    shown = " ".join(str(fault) for fault in faults(with_files, {}))
    assert not re.search(r"from-imap|from-smtp|tooshortkey|x\.db", shown)
