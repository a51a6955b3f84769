"""What a process screens with: the rules in force, the outside services, and the model."""

from service.screening.current import CurrentRules
from service.screening.model.current import CurrentModel
from service.screening.outside.asking import OutsideServices
from service.screening.outside.service import Text
from service.screening.rules.model import signal_of_model
from service.screening.rules.ruleset import Rules
from service.screening.rules.signals import Signal


class Screener:
    """Opened once for a process."""

    def __init__(self, current: CurrentRules, outside: OutsideServices, model: CurrentModel) -> None:
        self._current, self._outside, self._model = current, outside, model

    async def rules(self) -> Rules:
        """The rules in force."""
        return await self._current.get()

    async def signals(self, text: Text, rules: Rules) -> list[Signal]:
        """What is noticed by more than the rules' own checks; within the budget of outside services, in no
        transaction."""
        told = await self._outside.signals(text, rules)
        if rules.model.use == "off" or (model := await self._model.get()) is None:
            return told
        signal = signal_of_model(model, text.body, rules)
        return told if signal is None else [signal, *told]
