"""What a process screens with: the rules in force, the outside services, and the model."""

from service.screening.current import CurrentRules
from service.screening.outside.asking import OutsideServices
from service.screening.outside.service import Text
from service.screening.rules.ruleset import Rules
from service.screening.rules.signals import Signal


class Screener:
    """Opened once for a process."""

    def __init__(self, current: CurrentRules, outside: OutsideServices) -> None:
        self._current, self._outside = current, outside

    async def rules(self) -> Rules:
        """The rules in force."""
        return await self._current.get()

    async def signals(self, text: Text, rules: Rules) -> list[Signal]:
        """What is noticed by more than the text alone; within the budget of outside services, in no transaction."""
        return await self._outside.signals(text, rules)
