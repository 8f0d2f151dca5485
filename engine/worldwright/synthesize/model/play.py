"""Play mode: the model plays turn by turn, and the engine is the game master."""

from __future__ import annotations

from collections.abc import Sequence

from ...models.ask import Usage
from ...players.llm import Said, chat_with, reply_in
from ..trajectory import Value
from .sitting import Gone, Play, Sitting, Watcher


async def play(sitting: Sitting, sample: int, said: Sequence[Said] = (), made: dict[str, Value] | None = None) -> Play:
    """Let the model play an attempt to an end, from the start or after the replies `said`, which are played again.

    A reply that was cut off at its greatest length is played as it is: the engine says what is wrong with it.
    """
    recorder = sitting.recorder(sample, made or {})
    episode = recorder.episode
    watcher = Watcher(sitting, recorder)
    chat = chat_with(episode, sitting.shape)
    replies: list[Said] = []
    for each in said:
        chat = chat.said(each).heard(recorder.reply(each.raw).text)
        replies.append(each)
    usage, cut, ended = Usage(), 0, ""
    while not ended:
        ended = watcher.spent(usage)
        if ended:
            break
        try:
            answer = await sitting.answer(sitting.question(chat.messages, sample, sitting.shape_at(episode)))
        except Gone as gone:
            ended, usage = gone.why, usage + gone.usage
            break
        usage += answer.usage
        cut += answer.finish == "length"
        reply = reply_in(answer, episode.skin)
        replies.append(reply)
        feedback = recorder.reply(reply.raw)
        chat = chat.said(reply).heard(feedback.text)
        ended = watcher.ended(feedback)
    notes = {"replies": len(replies) - len(said), **({"cut": cut} if cut else {})}
    return Play(sitting, sample, tuple(replies), ended, usage, made or {}, notes)
