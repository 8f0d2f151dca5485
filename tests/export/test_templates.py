"""The shipped chat templates, rendered as transformers renders them, mark what is learnt, and only that."""

from __future__ import annotations

import re
from typing import Any

import pytest

from worldwright.export.messages import before, weighted
from worldwright.export.snippets import TEMPLATES, chat_templates
from worldwright.synthesize.trajectory import Trajectory

ENDS = {"chatml": "<|im_end|>", "llama3": "<|eot_id|>", "gemma": "<end_of_turn>", "phi3": "<|end|>"}
ENDS |= {"mistral-v3": "</s>", "mistral-v7": "</s>"}
OPEN, CLOSE = "\x01", "\x02"


def rendered(name: str, messages: list[dict[str, Any]], opens: bool = False) -> str:
    """What a template makes of messages, with characters of ours around what it says is learnt.

    `{% generation %}` is a tag of transformers'; here it becomes those two characters.
    """
    sandbox = pytest.importorskip("jinja2.sandbox", reason="jinja2 is not installed: it is in the extra dev")
    text = (TEMPLATES / f"{name}.jinja").read_text("utf-8")
    text = re.sub(r"\{%-? generation %\}", f"{{{{- '{OPEN}' }}}}", text)
    text = re.sub(r"\{%-? endgeneration %\}", f"{{{{- '{CLOSE}' }}}}", text)
    environment = sandbox.ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(text)
    return str(template.render(messages=messages, add_generation_prompt=opens, bos_token="<s>", eos_token="</s>"))


def test_every_family_is_written_out() -> None:
    """The files that are written are those that are shipped."""
    assert sorted(chat_templates(())) == sorted(f"chat_templates/{name}.jinja" for name in ENDS)


@pytest.mark.parametrize("name", sorted(ENDS))
def test_structure(name: str) -> None:
    """One place is learnt, and it is asked there whether the message is the assistant's and has a weight."""
    text = (TEMPLATES / f"{name}.jinja").read_text("utf-8")
    before_it, _, inside = text.partition("generation %}")
    assert text.count(" generation %}") == text.count(" endgeneration %}") == 1
    assert before_it.rstrip("{%- ").rstrip().endswith("message.get('weight') != 0 %}")
    assert "assistant" in before_it and "message['content']" in inside.split("endgeneration")[0]


@pytest.mark.parametrize("name", sorted(ENDS))
def test_what_is_learnt(name: str, trajectory: Trajectory) -> None:
    """The replies of weight 1 with the ends of their turns, in order; with no weights at all every reply."""
    text = rendered(name, weighted(trajectory))
    learnt = re.findall(f"{OPEN}([^{CLOSE}]*){CLOSE}", text)
    assert [each.strip() for each in learnt] == [turn.reply + ENDS[name] for turn in trajectory.turns if turn.trained]
    plain = [{key: value for key, value in each.items() if key != "weight"} for each in weighted(trajectory)]
    assert rendered(name, plain).count(OPEN) == len(trajectory.turns)
    missing = [{"weight": None, **each} for each in weighted(trajectory)]
    assert rendered(name, missing) == text
    assert all(text.count(reply.reply) == 1 for reply in trajectory.turns)


@pytest.mark.parametrize("name", sorted(ENDS))
def test_what_was_said_stays_as_it_was(name: str, trajectory: Trajectory) -> None:
    """A conversation begins as its beginning was rendered, up to where the reply is asked for."""
    last = len(trajectory.turns) - 1
    whole = rendered(name, weighted(trajectory)).replace(OPEN, "").replace(CLOSE, "")
    for turn in range(last + 1):
        assert whole.startswith(
            rendered(name, before(trajectory, turn), opens=True).replace(OPEN, "").replace(CLOSE, "")
        )
