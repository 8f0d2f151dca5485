"""“Did you mean …?”: the nearest known word."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

_LONGEST = 40
_CANDIDATES = 5_000


def nearest(word: str, candidates: Iterable[str], limit: int = 1) -> tuple[str, ...]:
    """The candidates most like `word`, best first, at most `limit`; none when nothing is near.

    Deterministic: equal scores keep the candidates' order. Letter case counts little, since it is a common slip. Very
    long words and very many candidates are not compared, so a hostile text cannot make this slow.
    """
    if len(word) > _LONGEST:
        return ()
    folded = word.casefold()
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(folded)
    scored: list[tuple[float, int, str]] = []
    for order, candidate in enumerate(dict.fromkeys(candidates)):
        if order >= _CANDIDATES:
            break
        if candidate == word or len(candidate) > _LONGEST:
            continue
        score = _score(matcher, folded, candidate.casefold())
        if score > 0:
            scored.append((-score, order, candidate))
    return tuple(candidate for _, _, candidate in sorted(scored)[:limit])


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """A hint such as ``did you mean `lid`?``, or None."""
    found = nearest(word, candidates)
    return f"did you mean `{found[0]}`?" if found else None


def _score(matcher: SequenceMatcher[str], word: str, candidate: str) -> float:
    """1 for equal up to case; 0 for unlike."""
    if word == candidate:
        return 1.0
    if len(word) <= 3 or len(candidate) <= 3:  # so short that only one slip can be told from another word
        return 0.8 if _one_slip(word, candidate) else 0.0
    matcher.set_seq1(candidate)
    if matcher.real_quick_ratio() < 0.7 or matcher.quick_ratio() < 0.7:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= 0.7 else 0.0


def _one_slip(a: str, b: str) -> bool:
    """One letter more, less, other, or two neighbours swapped; a one-letter word is like nothing."""
    if min(len(a), len(b)) < 2 or abs(len(a) - len(b)) > 1:
        return False
    if len(a) == len(b):
        wrong = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
        swapped = len(wrong) == 2 and a[wrong[0]] == b[wrong[1]] and a[wrong[1]] == b[wrong[0]]
        return len(wrong) == 1 or (swapped and wrong[1] == wrong[0] + 1)
    shorter, longer = sorted((a, b), key=len)
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
