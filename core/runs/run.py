"""A training in the background, which can be watched, paused, stepped and stopped while it goes on."""

import atexit
import math
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from threading import Condition, Thread
from typing import Any
from weakref import WeakSet

from torch import Tensor, nn

from core.config import TrainConfig
from core.config.fields import ADJUSTABLE
from core.datasets import Data
from core.inference import Classifier
from core.losses import probabilities
from core.models import build_network, smallest_batch
from core.runs.checkpoints import Checkpoint, CheckpointBuffer
from core.runs.diagnosis import has_diverged
from core.runs.final_test import final_test
from core.runs.history import History
from core.runs.idle_policy import IdleAction, IdlePolicy
from core.runs.pace import Pace
from core.runs.published_network import PublishedNetwork
from core.runs.view import Outcome, Status, View
from core.runs.weight_edits import WeightEdit, apply_edits, check_edit
from core.runs.weight_trail import WeightTrail, WeightVector
from core.scheduler import REST, ROUND, compute_lock, page_runs, prepare_thread
from core.text.i18n import _
from core.training import Snapshot, train

SHUTDOWN_TIMEOUT = 5.0  # seconds that the end of the process waits for a run's present step

_at_work: WeakSet["Run"] = WeakSet()


class Run:
    """Drives `train()` in a thread of its own, in short slices under one process-wide turn.

    All methods may be called from any thread and return at once.

    Args:
        config: the settings.
        data: what to learn.
        paused: wait for `play` or `step` before the first step.
        number: what tells this run from others with the same settings.
        network: what to train, which belongs to the run from now on; built from the config where None.
        epochs_per_second: how fast it trains at most; None for as fast as it can.
        clock: seconds, monotonic; tests replace it.
    """

    def __init__(
        self,
        config: TrainConfig,
        data: Data,
        paused: bool = False,
        number: int = 1,
        network: nn.Module | None = None,
        epochs_per_second: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.number = number
        self.config = config
        self.data = data
        self._network = network or build_network(config, data.input_shape, data.problem.outputs)
        self._published = PublishedNetwork(self._network)
        self._trail = WeightTrail(self._network)
        self._checkpoint_buffer: CheckpointBuffer | None = CheckpointBuffer(self._network)
        self._idle = IdlePolicy(clock)
        self._pace = Pace(epochs_per_second)
        self._change = Condition()  # guards all that follows, and wakes the thread when something is asked of it
        self._status = Status.PAUSED if paused else Status.RUNNING
        self._message = ""
        self._history = History()
        self._single_steps = 0
        self._stopped = False
        self._released = False
        self._adjusted = config
        self._in_use = config
        self._edits: list[WeightEdit] = []
        self._edits_made = 0
        self._modified = network is not None
        self._outcome: Outcome | None = None
        self._thread = Thread(target=self._work, name="run", daemon=True)
        self._thread.start()
        _at_work.add(self)

    def play(self) -> None:
        """Go on after a pause."""
        with self._change:
            if self._status is Status.PAUSED:
                self._go_to(Status.RUNNING)

    def pause(self) -> None:
        """Wait after the present step."""
        with self._change:
            if self._status is Status.RUNNING:
                self._go_to(Status.PAUSED)

    def step(self, count: int = 1) -> None:
        """Do so many training steps and wait again; only a paused run does them."""
        with self._change:
            if self._status is Status.PAUSED:
                self._single_steps += count
                self._change.notify_all()

    def stop(self) -> None:
        """End the training after the present step and test what has been learnt so far."""
        with self._change:
            if self._status in (Status.RUNNING, Status.PAUSED):
                self._stopped = True
                self._go_to(Status.TESTING)

    def release(self) -> None:
        """Stop, and let go of all tensors for good: the pages of a session that is closed still hold on to the run."""
        with self._change:
            self._released = True
            if self._status.over:
                self._let_go()
        self.stop()

    def adjust(self, **changes: Any) -> None:
        """Use other settings from the next step on, of those that core.config.fields.ADJUSTABLE names.

        Raises:
            ConfigError: a value is out of range.
            ValueError: a setting cannot be changed on the way.
        """
        fixed = changes.keys() - set(ADJUSTABLE)
        if fixed:
            raise ValueError(f"A run cannot change {', '.join(sorted(fixed))} on the way.")
        with self._change:
            self._adjusted = replace(self._adjusted, **changes)

    def set_pace(self, epochs_per_second: float | None) -> None:
        """Train at most so fast from now on; None for as fast as it can."""
        with self._change:
            if epochs_per_second != self._pace.epochs_per_second:
                self._pace.limit(epochs_per_second)
                self._change.notify_all()

    def edit(self, parameter: str, place: tuple[int, ...], value: float) -> None:
        """Set one weight or bias to a number, before the next step.

        Args:
            parameter: its name among the network's `named_parameters()`.
            place: which number of it.

        Raises:
            ValueError: there is no such weight, or the number is not finite.
        """
        edit = WeightEdit(parameter, place, value)
        check_edit(self._network, edit)
        with self._change:
            self._edits.append(edit)
            self._change.notify_all()

    def heartbeat(self) -> None:
        """Say that someone sees this run; without it for IDLE_PAUSE_AFTER seconds it pauses itself."""
        with self._change:
            self._idle.heartbeat()

    def disconnected(self) -> None:
        """Say that the person's tab is gone; unless they `reconnected` within DISCONNECT_GRACE seconds it ends."""
        with self._change:
            self._idle.disconnected()

    def reconnected(self) -> None:
        """Say that the person's tab is there again. A look is not enough: one may still be under way from before."""
        with self._change:
            self._idle.reconnected()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the run is over, at most so many seconds; return whether it is. For scripts and tests."""
        self._thread.join(seconds)
        return self._status.over

    @property
    def status(self) -> Status:
        """Where the run is."""
        return self._status

    @property
    def title(self) -> str:
        """The run in one short line."""
        return self.config.title

    @property
    def steps_per_epoch(self) -> int:
        """How many batches the training data make."""
        whole, left_over = divmod(len(self.data.train), self._adjusted.batch_size)
        return whole + (left_over >= smallest_batch(self._network))

    @property
    def modified(self) -> bool:
        """True once anything but the config has made the weights what they are: settings changed on the way, weights
        set by hand, or weights to begin with that came from elsewhere."""
        return self._modified

    @property
    def dropped_checkpoints(self) -> bool:
        """True once it has given its checkpoints up."""
        return self._checkpoint_buffer is None

    @property
    def nbytes(self) -> int:
        """How much memory its tensors take: weights, checkpoints, and what it answered to the test set."""
        tensors = [tensor for kept in self._kept() for tensor in kept.weights.values()]
        if self._outcome is not None:
            tensors.append(self._outcome.probabilities)
        return self._published.nbytes + sum(tensor.nbytes for tensor in tensors)

    def drop_checkpoints(self) -> None:
        """Forget the moments of the training, for good: from now on there is only the present network."""
        self._checkpoint_buffer = None

    def model_snapshot(self) -> nn.Module:
        """Return a copy of the network as it was at most one slice ago, in eval mode, which nobody else changes."""
        return self._published.snapshot()

    @property
    def snapshot_step(self) -> int:
        """How many steps the network of `model_snapshot` has been trained: where it is the same, so is the network."""
        return self._published.step

    def recent_weights(self) -> tuple[WeightVector, ...]:
        """Return the latest weights, even steps of training apart, the present ones last; none of a large network."""
        return self._trail.vectors

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Return moments of the training from the first weights on; the last is the network of `model_snapshot`.

        That one alone is left of a run that gave its checkpoints up.
        """
        now = self._published.checkpoint()
        return (*(kept for kept in self._kept() if kept.step < now.step), now)

    def network_at(self, checkpoint: Checkpoint) -> nn.Module:
        """Return the network as it was at one of its `checkpoints`, in eval mode, a copy of its own."""
        network = self.model_snapshot()
        network.load_state_dict(checkpoint.weights)
        return network

    def probabilities(self, outputs: Tensor) -> Tensor:
        """Read outputs [N, C] of this run's network as class probabilities [N, C]."""
        return probabilities(outputs, self.config.output_layer, self.config.loss)

    def view(self) -> View:
        """Return all there is to show of the run at this moment."""
        with self._change:
            last = self._history.last
            share_done = last.epoch / self.config.epochs if last else 0.0
            rate = self._pace.samples_per_second() if self._status is Status.RUNNING else None
            samples_left = self.config.epochs * len(self.data.train) - (last.samples if last else 0)
            return View(
                status=self._status,
                moving=self._status.computing or self._steps_are_due() or bool(self._edits),
                message=self._message,
                first=self._history.first,
                last=last,
                last_test=self._history.last_test,
                last_sample=self._history.last_sample,
                train_curve=self._history.train_curve(),
                test_curve=self._history.test_curve(),
                sample_curve=self._history.sample_curve(),
                config=self._adjusted,
                share_done=share_done,
                samples_per_second=rate,
                seconds_left=samples_left / rate if rate else None,
                outcome=self._outcome,
            )

    def _kept(self) -> tuple[Checkpoint, ...]:
        checkpoint_buffer = self._checkpoint_buffer  # another thread may let go of it at any time
        return checkpoint_buffer.checkpoints if checkpoint_buffer else ()

    def _let_go(self) -> None:
        self._checkpoint_buffer = None
        self._outcome = None
        self._network = nn.Identity()
        self._published = PublishedNetwork(self._network)
        self._trail.vectors = ()

    def _abandon(self, message: str) -> None:
        with self._change:
            if not self._status.over:
                self._go_to(Status.STOPPED, message)

    def _steps_are_due(self) -> bool:
        return self._status is Status.PAUSED and self._single_steps > 0

    def _go_to(self, status: Status, message: str = "") -> None:
        self._status = status
        self._message = message
        self._pace.restart()
        self._change.notify_all()

    def _work(self) -> None:
        prepare_thread()
        try:
            self._train()
            if self._status is Status.TESTING and not self._released:
                outcome = final_test(self._network, self.data, self.config)
                with self._change:
                    self._outcome = outcome
                    self._end()
        finally:
            # An error in the thread goes to the log as any other; here the page only learns that the run is over.
            with self._change:
                if self._released:
                    self._go_to(Status.STOPPED)
                elif not self._status.over:
                    self._go_to(Status.FAILED, _("The training ended with an error, which is in the server’s log."))
                self._network = self._published.keep_one()
                if self._released:
                    self._let_go()

    def _end(self) -> None:
        view = self.view()
        if view.first and has_diverged(view, len(self.data.classes)):
            message = _(
                "Training diverged: the loss began at {first:.3g}, rose to {peak:.3g} and ended at {last:.3g}. "
                "Try a learning rate ten times smaller than {learning_rate:g}."
            ).format(
                first=view.first.loss,
                peak=view.train_curve.loss.max(),
                last=view.sample_curve.loss[-1],
                learning_rate=view.config.learning_rate,
            )
            self._go_to(Status.DIVERGED, message)
        else:
            self._go_to(Status.STOPPED if self._stopped else Status.FINISHED)

    def _train(self) -> None:
        steps = train(self.config, self.data, self._network)
        while self._may_train():
            with compute_lock:
                self._apply_edits()
                if self._status is Status.RUNNING or self._steps_are_due():
                    self._train_for_a_slice(steps)
                    self._network.zero_grad()  # a run that waits needs no room for its gradients
                self._published.publish(self._history.last)
                self._trail.record(self._network, self._history.last, self._edits_made)
            time.sleep(REST)

    def _may_train(self) -> bool:
        """Wait while paused; return False when there is nothing more to train."""
        with self._change:
            while True:
                self._mind_absence()
                early = self._pace.seconds_to_wait() if self._status is Status.RUNNING else 0.0
                if early > 0 and not self._edits:
                    self._change.wait(timeout=early)
                elif self._status is Status.RUNNING or self._steps_are_due() or self._edits:
                    return True
                elif self._status is not Status.PAUSED:
                    return False
                else:
                    self._change.wait(timeout=1.0)  # not for ever: the tab may be closed meanwhile

    def _mind_absence(self) -> None:
        match self._idle.decide(self._status is Status.RUNNING):
            case IdleAction.STOP_CLOSED:
                self._abandon(_("The run ended because its tab was closed."))
            case IdleAction.PAUSE:
                self._go_to(Status.PAUSED, _("The run paused because nobody looked at it for a while. Resume goes on."))
            case IdleAction.STOP_IDLE if self._status is Status.PAUSED:
                self._abandon(_("The run ended because nobody looked at it for a long while."))

    def _apply_edits(self) -> None:
        with self._change:
            edits, self._edits = self._edits, []
        if edits:
            apply_edits(self._network, edits)
            self._edits_made += len(edits)
            self._modified = True
            if checkpoint_buffer := self._checkpoint_buffer:
                checkpoint_buffer.save(self._network, self._history.last)

    def _train_for_a_slice(self, steps: Generator[Snapshot, TrainConfig | None, None]) -> None:
        # Computing time, so that a busy machine takes from all runs alike.
        length = min(page_runs.let_pass(), ROUND / (1 + compute_lock.waiting))
        deadline, midway = time.thread_time() + length, True
        beside_a_page = page_runs.under_way
        while time.thread_time() < deadline:
            try:
                snapshot = steps.send(self._adjustment())
            except StopIteration:
                with self._change:
                    self._go_to(Status.TESTING)
                return
            if checkpoint_buffer := self._checkpoint_buffer:
                checkpoint_buffer.maybe_save(self._network, snapshot)
            if midway and time.thread_time() > deadline - length / 2:
                self._trail.record(self._network, snapshot, self._edits_made)
                midway = False
            ended = not snapshot.epoch % 1 and self._status is Status.RUNNING
            if not self._take_in(snapshot) or (ended and self._pace.finish_epoch()):
                break
            if page_runs.under_way and not beside_a_page:
                break  # a page run has begun meanwhile
        with self._change:
            if self._history.last is not None:
                self._pace.measure(self._history.last.samples)

    def _adjustment(self) -> TrainConfig | None:
        with self._change:
            if self._history.last is None or self._adjusted == self._in_use:
                return None  # a generator that has not begun takes nothing in
            # The goal says when to pause; it moves no weight.
            self._modified |= replace(self._adjusted, stop_loss=self._in_use.stop_loss) != self._in_use
            self._in_use = self._adjusted
            return self._adjusted

    def _take_in(self, snapshot: Snapshot) -> bool:
        """Keep a snapshot; return whether to go on with the slice."""
        with self._change:
            if not math.isfinite(snapshot.loss):
                self._go_to(
                    Status.DIVERGED,
                    _(
                        "At step {step} the loss was no longer a finite number: training diverged. "
                        "Try a learning rate ten times smaller than {learning_rate:g}."
                    ).format(step=snapshot.step, learning_rate=snapshot.learning_rate),
                )
                return False
            reached = snapshot.test if self._reaches_its_goal(snapshot) else None
            self._history.add(snapshot)
            if self._single_steps:
                self._single_steps -= 1
                return self._single_steps > 0
            if reached and self._status is Status.RUNNING:
                self._go_to(
                    Status.PAUSED,
                    _("Paused at epoch {epoch:.0f}: the test loss has come down to {loss:.3g}.").format(
                        epoch=snapshot.epoch, loss=reached.loss
                    ),
                )
            return self._status is Status.RUNNING

    def _reaches_its_goal(self, snapshot: Snapshot) -> bool:
        # Only on the way down, so that a person can go on from there.
        goal, before = self._adjusted.stop_loss, self._history.last_test
        above = before is None or before.loss > goal
        return above and snapshot.test is not None and snapshot.test.loss <= goal


def count_training() -> int:
    """Return how many runs of the process train at present, whoever began them."""
    return sum(run.status is Status.RUNNING for run in list(_at_work))


@atexit.register
def _end_all() -> None:
    # A thread that is still inside torch when the interpreter goes away takes the process down with a crash.
    at_work = list(_at_work)
    for run in at_work:
        run._abandon("")
    for run in at_work:
        run.wait(SHUTDOWN_TIMEOUT)


def run_classifier(run: Run) -> Classifier:
    """Return the network of a run as it is now, also while it is still learning."""
    return Classifier(run.model_snapshot(), run.data.mean, run.data.std, run.data.classes, run.probabilities)
