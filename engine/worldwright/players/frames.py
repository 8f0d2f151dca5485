"""Wordings of thoughts. {P} is the command at hand as a phrase ("take the key"), {L} a later one; {X} a thing, {Y} a
place with its preposition, {K} a kind of thing, {R} a reason in the agent's own words.
"""

from __future__ import annotations

# ------------------------------------------------------------ what is done, and why

PLAIN = (
    "I will {P}.",
    "Now I {P}.",
    "I'll {P}.",
    "Next, I {P}.",
    "Let me {P}.",
)
FIRST_OF_ALL = (
    "First I {P}.",
    "I will {P} first.",
    "Let me begin: I {P}.",
)
REASON = (
    "{R}, so I will {P}.",
    "{R}, so first I {P}.",
    "{R}, so I have to {P}.",
)
PURPOSE = (
    "I will {P} to {L}.",
    "I {P} now, to {L}.",
    "I {P}, because I want to {L}.",
)
BEFORE = (
    "I want to {L}, so I {P} first.",
    "Before I can {L}, I have to {P}.",
    "To {L}, I first have to {P}.",
)
LAST = (
    "Now I only have to {P}.",
    "All that is left is to {P}.",
    "One last step: I {P}.",
)
AGAIN = (
    "I {P} again.",
    "Once more, I {P}.",
    "Not there yet, so I {P} again.",
)
SENSE = (
    "Before I {L}, I had better {P}.",
    "I cannot tell yet whether I can {L}, so I {P} first.",
)
TRY = (
    "I cannot be sure that it works, but I will try to {P}.",
    "The only way to find out is to try, so I {P}.",
    "This may or may not work: I {P}.",
)
LOST = (
    "I see no way forward from here, so I {P}.",
    "I do not know how to go on. I {P}.",
)

# ------------------------------------------------------------ where things are

COULD = (
    "{X} could be {L}. I will {P}.",
    "As far as I know, {X} could be {L}. I {P} first.",
)
COULD_BE_ONE = (
    "There could be {X} {L}. I will {P}.",
    "As far as I know, there could be {X} {L}. I {P} first.",
)
MANY = (
    "I do not know where {X} is yet. It could well be {Y}, so I {P}.",
    "{X} could be in several places. I will begin {Y}, so I {P}.",
)
MANY_FOR_ONE = (
    "I have not seen {X} yet. There may be one {Y}, so I {P}.",
    "There may be {X} in several places. I will begin {Y}, so I {P}.",
)
PERHAPS = (
    "Perhaps {X} is {Y}. I will {P}.",
    "{X} could also be {Y}, so I {P}.",
    "Maybe {X} is {Y}. I {P}.",
)
PERHAPS_ONE = (
    "Perhaps there is {X} {Y}. I will {P}.",
    "There could also be {X} {Y}, so I {P}.",
    "Maybe I can find {X} {Y}. I {P}.",
)
UNKNOWN_PLACE = (
    "I do not know where {X} is, so I look further: I {P}.",
    "I have not found {X} yet. I will {P}.",
    "I am still looking for {X}. I {P}.",
)
SEARCH = (
    "I have to look around more, so I {P}.",
    "I do not know enough yet. I will {P}.",
    "I have not found what I need yet, so I {P}.",
)
NOT_THERE = (
    "{X} is not {Y}.",
    "So {X} is not {Y}.",
    "{X} is not {Y}, then.",
)
NO_SUCH = (
    "There is no {K} {Y}.",
    "No {K} here.",
    "No {K} {Y}, then.",
)
SEEN = (
    "There is {X}.",
    "Good, I have found {X}.",
    "So that is where {X} is.",
)
DEDUCED = (
    "Then {X} must be {Y}.",
    "That leaves only one place: {X} must be {Y}.",
)

# ------------------------------------------------------------ thoughts that go with a mistake

HASTY = (
    "Now I can {P}.",
    "I will {P} right away.",
    "The next thing to do is to {P}.",
    "I think I can {P} now.",
)
STRANGE = (
    "I will {P}.",
    "There may be more here than meets the eye. I will {P}.",
    "It may help to {P}.",
)
STUBBORN = (
    "That should have worked. I will try once more to {P}.",
    "Perhaps it works the second time. I {P} again.",
    "I do not see why. Let me try again to {P}.",
)

# ------------------------------------------------------------ thoughts that read a refusal

FIRST = (
    "{R}, so I have to {P} first.",
    "{R}. First I have to {P}.",
    "{R}, so first of all I {P}.",
)
INSTEAD = (
    "{R}. I will {P} instead.",
    "{R}, so that is not the way. I will {P}.",
    "{R}. What I should do is {P}.",
)
TOLD_TO = (
    "{R}. So I will {P}.",
    "{R}. That means that I {P} now.",
)
REFORM = (
    "My reply was not in the form that was asked for. It takes one thought and one action. I will {P}.",
    "I have to keep to the form: a thought, then a single action. I {P}.",
    "That could not be read. One thought and one action, then: I {P}.",
)
REWORD = (
    "There is no such command. I will say it in the words that I was given, and {P}.",
    "I got the wording wrong. What I want is to {P}.",
    "That is not how it is said here. I will {P}.",
)
RENAME = (
    "I know of nothing by that name. I will keep to what I have read about and {P}.",
    "There is no such thing that I know of, so I will {P}.",
    "I made that up. What is really there is enough: I {P}.",
)
RETYPE = (
    "That makes no sense with {X}. I will {P} instead.",
    "{X} is the wrong sort of thing for that. I will {P}.",
)
RETHINK = (
    "That was not right. I will {P} instead.",
    "I have to do it differently: I {P}.",
)
DISTINGUISH = (
    "I have to say which one I mean. I will {P}.",
    "There is more than one of them, so I have to be exact: I {P}.",
)
DISTINGUISH_LATER = (
    "There is more than one of them, so I will have to be exact. First I {P}.",
    "That name fits more than one. Before that, I {P}.",
)
