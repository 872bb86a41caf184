"""All that a person has trained in a session, in bounded memory."""

from dataclasses import dataclass
from threading import RLock

from core.runs import Run
from core.runs.trial_runner import TrialRunner
from core.text.i18n import _

MAX_RUNS = 30
MAX_PINNED = 10
MAX_BYTES = 64 * 1024**2  # of a session's networks, checkpoints and answers; a workshop is forty sessions
MAX_NOTICES = 5
MAX_NAME = 40


class RunStoreError(ValueError):
    """What was asked for cannot be done with this run; the message is a sentence that says what can."""


@dataclass(eq=False)
class Entry:
    """A run, what the person calls it, and whether it is to be kept."""

    run: Run
    name: str
    pinned: bool = False


class RunStore:
    """The runs of one session, oldest first.

    When they take more than `room`, the oldest that is neither pinned nor still going gives up its checkpoints,
    and the next oldest after it. Where that is not enough, or there are more than MAX_RUNS, the oldest such is
    forgotten. `notices` say so.

    All methods may be called from any thread.

    Attributes:
        room: bytes that the tensors of all runs may take.
        series: trainings in the background, by their purpose.
        notices: the latest sentences on what was given up, oldest first.
    """

    def __init__(self) -> None:
        self.room = MAX_BYTES
        self.entries: tuple[Entry, ...] = ()  # replaced as a whole, never changed: fragments read it at any time
        self.series: dict[str, TrialRunner] = {}
        self.notices: tuple[str, ...] = ()
        self._begun = 0
        self._lock = RLock()  # guards the change from one tuple of entries to the next

    @property
    def runs(self) -> list[Run]:
        """The runs alone."""
        return [entry.run for entry in self.entries]

    @property
    def nbytes(self) -> int:
        """How much memory the tensors of all runs take."""
        return sum(run.nbytes for run in self.runs)

    def next_number(self) -> int:
        """Return a number that no other run of the session has or had."""
        with self._lock:
            self._begun += 1
            return self._begun

    def add(self, run: Run) -> Entry:
        """Put a run on the shelf, and make room for it."""
        entry = Entry(run, _("Run {number}").format(number=run.number))
        with self._lock:
            self.entries = (*self.entries, entry)
            self._begun = max(self._begun, run.number)
        self.tidy()
        return entry

    def find(self, number: int) -> Entry | None:
        """Return the entry of the run with this number, or None where there is none any more."""
        return next((entry for entry in self.entries if entry.run.number == number), None)

    def remove(self, run: Run) -> None:
        """Stop a run and forget it; nothing happens where it is forgotten already."""
        run.stop()
        with self._lock:
            self.entries = tuple(entry for entry in self.entries if entry.run is not run)

    def clear(self) -> None:
        """Stop all that is going on, and forget everything."""
        for trials in self.series.values():
            trials.stop()
        for run in self.runs:
            self.remove(run)
            run.release()

    def rename(self, entry: Entry, name: str) -> None:
        """Give a run another name. Raises RunStoreError where it is empty, too long or taken."""
        name = " ".join(name.split())
        if not name or len(name) > MAX_NAME:
            raise RunStoreError(_("A name has 1 to {most} letters.").format(most=MAX_NAME))
        if any(other is not entry and other.name == name for other in self.entries):
            raise RunStoreError(_("Another run has this name already: choose another."))
        entry.name = name

    def pin(self, entry: Entry, pinned: bool) -> None:
        """Keep a run, or let it go when its memory is needed. Raises RunStoreError where too many are pinned."""
        if pinned and sum(other.pinned for other in self.entries if other is not entry) >= MAX_PINNED:
            raise RunStoreError(_("At most {most} runs can be pinned: unpin another first.").format(most=MAX_PINNED))
        entry.pinned = pinned

    def tidy(self) -> None:
        """Give up what is beyond the limits. Runs grow while they train, so this is to be called now and then."""
        with self._lock:
            for entry in self._may_go():
                if self.nbytes <= self.room:
                    break
                if not entry.run.dropped_checkpoints:
                    entry.run.drop_checkpoints()
                    self._note(
                        _(
                            "{name} gave up the moments of its training to make room; its network and curves are still "
                            "there. Pin the runs that are to keep theirs."
                        ).format(name=entry.name)
                    )
            for entry in self._may_go():
                if self.nbytes <= self.room and len(self.entries) <= MAX_RUNS:
                    break
                self.remove(entry.run)
                self._note(
                    _("{name} was forgotten to make room. Pin the runs that are to stay.").format(name=entry.name)
                )

    def heartbeat(self) -> None:
        """Say that the person is here."""
        for work in (*self.runs, *self.series.values()):
            work.heartbeat()
        self.tidy()

    def disconnected(self) -> None:
        """Say that the person's tab is gone."""
        for work in (*self.runs, *self.series.values()):
            work.disconnected()

    def reconnected(self) -> None:
        """Say that the person's tab is there, after all."""
        for work in (*self.runs, *self.series.values()):
            work.reconnected()

    def _may_go(self) -> list[Entry]:
        # The newest stays whatever its size: a person who has just trained it wants to see it.
        return [entry for entry in self.entries[:-1] if not entry.pinned and entry.run.status.over]

    def _note(self, notice: str) -> None:
        self.notices = (*self.notices, notice)[-MAX_NOTICES:]
