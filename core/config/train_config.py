"""The settings of a training run, in one immutable record that is checked."""

from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from core.blocks.network import Row, require_sound, trace
from core.blocks.registry import BlocksError, parse_blocks
from core.config.fields import SETTINGS, Fields
from core.config.kinds import MAX_LAYERS, ConfigError, require_length
from core.config.step_price import (
    MAX_GFLOPS,
    MAX_MEGABYTES,
    TEST_BATCH,
    Anatomy,
    anatomy,
    price_of_step,
    price_of_test,
)
from core.datasets import POINTS, Problem, problem_of
from core.losses import LOSSES
from core.models import MODELS
from core.optimizers import OPTIMIZERS
from core.text.i18n import _

MAX_PARAMETERS = 5_000_000


@dataclass(frozen=True)
class TrainConfig(Fields):
    """All that decides a run: registry keys and plain numbers. The same config gives the same history, bit for bit.

    Its fields and what each may be are those of core.config.fields.

    Raises:
        ConfigError: a value is out of range, a name is unknown or the network is too large.
    """

    def __post_init__(self) -> None:
        for name, setting in SETTINGS.items():
            setting.check(name, getattr(self, name))
        model = MODELS[self.model]
        require_length("hidden", self.hidden, model.min_hidden, MAX_LAYERS)
        convolutions = model.max_convolutions
        require_length("channels", self.channels, min(1, convolutions), convolutions or MAX_LAYERS)
        self._require_problem()
        self._require_lists()
        if "blocks" in model.settings:
            self._require_blocks()
        network = anatomy(self, self.problem.shape, self.problem.outputs)
        self._require_size(network)
        self._require_batch(network)

    @cached_property
    def problem(self) -> Problem:
        """What the network is asked: shape of an example, task and classes."""
        return problem_of(self.dataset, self.points)

    @cached_property
    def block_rows(self) -> list[Row]:
        """What each block makes of one example. Raises BlocksError where the text of the blocks cannot be read."""
        return trace(parse_blocks(self.blocks), self.problem.shape)

    @property
    def title(self) -> str:
        """The run in one short line, for menus and tables."""
        takes = MODELS[self.model].settings
        layers = chain(self.channels if "channels" in takes else (), self.hidden if "hidden" in takes else ())
        network = f"{self.model.upper()} {'-'.join(map(str, layers))}".strip()
        if "blocks" in takes:
            network = _("Own network of {count} blocks").format(count=len(self.block_rows))
        dataset = SETTINGS["dataset"].describe(self.dataset)
        return f"{network} · {OPTIMIZERS[self.optimizer].label} {self.learning_rate:g} · {dataset}"

    def _require_problem(self) -> None:
        try:
            problem = self.problem
        except ValueError as reason:  # the person's own formula or points; the sentence says what to do
            raise ConfigError(str(reason)) from reason
        if (self.dataset in POINTS) != MODELS[self.model].for_points:
            raise ConfigError(
                _("{model} cannot read {dataset}: choose another of the two.").format(
                    model=SETTINGS["model"].describe(self.model), dataset=SETTINGS["dataset"].describe(self.dataset)
                )
            )
        if not LOSSES[self.loss].suits(problem.task):
            raise ConfigError(
                _("{loss} cannot compare what this network gives: choose another loss.").format(
                    loss=SETTINGS["loss"].describe(self.loss)
                )
            )
        if problem.task != "multi_class" and self.output_layer != "none":
            raise ConfigError(_("A network with one output needs no output layer: choose none."))

    def _require_lists(self) -> None:
        if len(set(self.features)) < len(self.features):
            raise ConfigError(_("features names one twice."))
        for name, value in (("activations", self.activations), ("dropouts", self.dropouts)):
            if value and len(value) != len(self.hidden):
                raise ConfigError(_("{name} must have an entry for each hidden layer.").format(name=name))

    def _require_blocks(self) -> None:
        shape, classes = self.problem.shape, self.problem.outputs
        try:
            rows = self.block_rows
            require_sound(parse_blocks(self.blocks), rows)
        except BlocksError as problem:
            raise ConfigError(str(problem)) from problem
        after = rows[-1].after if rows else shape
        if after != (classes,):
            raise ConfigError(
                _(
                    "The last block gives {after} numbers for each picture, and the data have {classes} classes: end "
                    "with a Linear block of {classes} neurons."
                ).format(after=" × ".join(map(str, after or ())), classes=classes)
            )

    def _require_size(self, network: Anatomy) -> None:
        if network.parameters > MAX_PARAMETERS:
            raise ConfigError(
                _(
                    "This network has {parameters:,} parameters and the limit is {most:,}: "
                    "take fewer or narrower layers."
                ).format(parameters=network.parameters, most=MAX_PARAMETERS)
            )
        limits = {"most_gflops": MAX_GFLOPS, "most_megabytes": MAX_MEGABYTES}
        test = price_of_test(network)
        if test.too_high:
            raise ConfigError(
                _(
                    "To test {samples} examples at once this network takes {gflops:,.1f} GFLOPs and {megabytes:,.0f} "
                    "MB, and the limits are {most_gflops:g} and {most_megabytes:g}, since others compute here too: "
                    "take fewer or narrower layers, fewer filters, a larger stride or earlier pooling."
                ).format(samples=TEST_BATCH, gflops=test.gflops, megabytes=test.megabytes, **limits)
            )
        step = price_of_step(self, network)
        if step.too_high:
            raise ConfigError(
                _(
                    "A training step with a batch of {samples:,} takes {gflops:,.1f} GFLOPs and {megabytes:,.0f} MB, "
                    "and the limits are {most_gflops:g} and {most_megabytes:g}, since others compute here too: take a "
                    "smaller batch, fewer or narrower layers, fewer filters or a larger stride."
                ).format(samples=self.batch_size, gflops=step.gflops, megabytes=step.megabytes, **limits)
            )

    def _require_batch(self, network: Anatomy) -> None:
        if self.batch_size < network.smallest_batch:
            raise ConfigError(
                _("This network has batch norm, which compares the samples of a batch: take a batch size from {least}.")
                .format(least=network.smallest_batch)
            )  # fmt: skip
