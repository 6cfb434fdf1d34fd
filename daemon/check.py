"""`check`: reads everything that people write and finds all faults in one go (guarantee 9)."""

from collections.abc import Callable, Iterator

from daemon import training
from daemon.desk.faults import Fault, Faulty
from daemon.desk.helpcentre import read_helpcentre
from daemon.desk.worktime import zone_fault
from daemon.knowledge import lexicons
from daemon.settings import Config
from daemon.workplace import rulebook, text_of, utc_now


def check(config: Config) -> Iterator[str]:
    """What was read, line by line. Raises `Faulty` with every fault of every file."""
    faults: list[Fault] = []
    pages = config.data / "helpcentre.yaml"
    readers: tuple[Callable[[], object], ...] = (
        lambda: rulebook(config),
        lambda: lexicons(config.rules / "moderation"),
        lambda: training.sources(config.data / "corpus", config.rules / "intents.yaml"),
        lambda: read_helpcentre(text_of(pages), pages),
    )
    for reader in readers:
        try:
            reader()
        except Faulty as error:
            faults.extend(error.faults)
    if clock := zone_fault():
        faults.append(Fault(config.file, 0, clock, "Install the tzdata package of 2024a or newer."))
    if faults:
        raise Faulty(faults)
    yield f"configuration {config.file}: mode {config.service.mode}, mailbox {config.imap.user} at {config.imap.host}"
    yield f"rules {config.rules}, templates {config.templates}, data {config.data}: no faults"
    year = utc_now().year
    for missing in rulebook(config).calendar.unconfirmed(year, year):
        yield f"warning: the moved days off of {missing} are not confirmed in {config.data / 'calendar.yaml'}"
