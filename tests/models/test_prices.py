from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worldwright import limits
from worldwright.models.ask import Usage
from worldwright.models.prices import Price, PriceFault, Prices, read_prices

FILE = """
["gpt-5-mini"]
input = 0.25
cached = 0.025
output = 2.00

["local/qwen2.5"]
input = 0
output = 0
"""
tokens = st.integers(0, 10**7)


def prices_of(text: str, folder: Path) -> Prices:
    """The prices in a file with this text."""
    path = folder / "prices.toml"
    path.write_text(text, "utf-8")
    return read_prices(path)


def test_prices(tmp_path: Path) -> None:
    """Prices are for a million tokens; an unknown price is no price, and a price of nothing is one."""
    prices = prices_of(FILE, tmp_path)
    assert prices.cost("gpt-5-mini", Usage(2_000_000, 1_000_000, 500_000, 3)) == pytest.approx(0.25 + 0.025 + 1.0)
    assert prices.cost("local/qwen2.5", Usage(5, 0, 5, 1)) == 0.0
    assert prices.cost("gpt-5", Usage(5, 0, 5, 1)) is None
    assert prices.cost("gpt-5-mini", Usage(0, 0, 0, 1)) is None, "an endpoint that does not count"
    assert prices.cost("gpt-5-mini", Usage()) == 0.0


@settings(max_examples=30)
@given(tokens, tokens, tokens, tokens)
def test_cost_adds_up(prompt: int, cached: int, completion: int, more: int) -> None:
    """Two usages cost what their sum costs, caching never costs more, and nothing is free of charge."""
    price = Price(3.0, 0.3, 15.0)
    one, other = Usage(prompt, min(cached, prompt), completion, 1), Usage(more, 0, 1, 1)
    costs = [price.cost(usage) for usage in (one, other, one + other)]
    if None not in costs:
        assert costs[2] == pytest.approx((costs[0] or 0) + (costs[1] or 0))
    assert (price.cost(Usage(prompt, prompt, 1, 1)) or 0) <= (price.cost(Usage(prompt, 0, 1, 1)) or 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[m\n", "not TOML"),
        ("input = 1", "write a table"),
        ('["m"]\ninput = 1', "output is missing"),
        ('["m"]\ninput = -1\noutput = 1', "input must be a number from 0 up"),
        ('["m"]\ninput = "1"\noutput = 1', "input must be a number"),
        ('["m"]\ninput = nan\noutput = 1', "input must be a number"),
        ('["m"]\ninput = true\noutput = 1', "input must be a number"),
        ('["m"]\ninput = 1\noutput = 1\nbatch = 1', 'no "batch"'),
        ("[gpt-4.1]\ninput = 1\noutput = 1", "needs quotes"),
        ("# " + "x" * limits.PRICES_BYTES, "longer than"),
        ("a = " + "[" * 5_000, "not TOML"),
    ],
)
def test_faulty_files(text: str, words: str, tmp_path: Path) -> None:
    """What is wrong with a file of prices is said with the file, the model and the field."""
    with pytest.raises(PriceFault, match=words) as fault:
        prices_of(text, tmp_path)
    assert "prices.toml" in str(fault.value)
