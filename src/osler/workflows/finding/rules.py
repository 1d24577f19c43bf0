"""How near a patient comes to what somebody typed, and why one was found whose name or MRN does not show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from osler.clinical.patients.fhir import Patient
from osler.fhir.search.partial import only_digits, plain, without_letters
from osler.fhir.search.text import normalize_text
from osler.workflows.finding.reading import Wanted

_SHORT = 3
_PARTICLES = (
    "de la",
    "de los",
    "van der",
    "van den",
    "mac",
    "mc",
    "de",
    "del",
    "la",
    "le",
    "van",
    "von",
    "di",
    "da",
    "st",
    "o",
    "el",
    "al",
)
_AFTER = 3
"""Letters that a name has at least behind such a particle."""
_LOCAL = 7
"""Digits of a telephone number without its area code."""
_TRUNK = "1"
_NATIONAL = 10
"""What may stand before a telephone number of so many digits."""


def distance(first: str, second: str, most: int) -> int:
    """Letters to change, add, leave out or exchange with a neighbour to get from one word to the other; `most` + 1 when more."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, start=1):
        above, row = row, [i]
        for j, other in enumerate(second, start=1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = above
    return min(row[-1], most + 1)


def spaced(word: str) -> list[str]:
    """A surname typed in one, as it may be written: `mcdonald` as `mc donald`, `delacruz` as `de la cruz`."""
    return [
        f"{particle} {word[len(start) :]}"
        for particle in _PARTICLES
        if word.startswith(start := particle.replace(" ", "")) and len(word) >= len(start) + _AFTER
    ]


def joined(wanted: Wanted) -> list[Wanted]:
    """The same with two neighboring words as one: `o brien` as `obrien`, `mc donald` as `mcdonald`."""
    names = wanted.names
    return [
        replace(wanted, names=(*names[:at], names[at] + names[at + 1], *names[at + 2 :]))
        for at in range(min(len(names) - 1, _SHORT))
    ]


def is_near(patient: Patient, names: Iterable[str]) -> bool:
    """Whether each word is the beginning of, or a slip of the pen away from, one of the patient's names."""
    own = _words(patient)
    return all(any(_alike(word, name) for name in own) for word in names)


def begins(patient: Patient, names: Iterable[str]) -> bool:
    """Whether each word is the beginning of one of the patient's names as they are shown."""
    return _begin(_words(patient), names)


def is_born(patient: Patient, wanted: Wanted) -> bool:
    return not wanted.born or any(patient.born.startswith(each) for each in wanted.born)


def matches(patient: Patient, wanted: Wanted) -> bool:
    """Whether it is known of this patient at hand that all of it holds."""
    if wanted.number and number_rank(patient, wanted.number) is None:
        return False
    others = [word for name in patient.other_names for word in normalize_text(name).split()]
    return is_born(patient, wanted) and _begin([*_words(patient), *others], wanted.names)


def _begin(own: Sequence[str], names: Iterable[str]) -> bool:
    return all(any(name.startswith(word) for name in own) for word in names)


def _words(patient: Patient) -> list[str]:
    family = normalize_text(patient.family)
    together = [family.replace(" ", "")] if " " in family else []
    return [*family.split(), *together, *normalize_text(f"{patient.given} {patient.preferred_name}").split()]


def _alike(word: str, name: str) -> bool:
    """Two or three letters are a beginning and nothing else: a slip among them could mean any name."""
    if len(word) <= _SHORT:
        return name.startswith(word)
    most = 1 if len(word) < 6 else 2
    return name.startswith(word) or distance(word, name, most) <= most or distance(word, name[: len(word)], 1) <= 1


def number_rank(patient: Patient, number: str) -> int | None:
    """0: it is this patient's number; then an MRN that begins or ends so, another number or a telephone's end, another
    number's beginning. None: none of these."""
    mrn, others = plain(patient.mrn), [plain(each) for each in patient.numbers]
    if number in (mrn, *others) or any(is_phone(each, number) for each in patient.phones if len(number) > _LOCAL):
        return 0
    if _starts(mrn, number):
        return 1
    if len(number) > _SHORT - 1 and mrn.endswith(number):
        return 2
    ends = any(each.endswith(number) for each in others) or any(is_phone(each, number) for each in patient.phones)
    if ends and len(number) > _SHORT:
        return 3
    return 4 if any(_starts(each, number) for each in others) else None


def _starts(own: str, number: str) -> bool:
    return own.startswith(number) or without_letters(own).startswith(number)


def national_number(number: str) -> str:
    """A telephone number without what stands before it for calls from far."""
    return number.removeprefix(_TRUNK) if len(number) > _NATIONAL else number


def is_phone(phone: str, number: str) -> bool:
    """Whether a telephone number, however it is written, ends in these digits; the code before it may be missing in either."""
    own, national = only_digits(phone), national_number(number)
    return own.endswith(national) or (len(own) >= _LOCAL and national.isdecimal() and national.endswith(own))


def rank(patients: Iterable[Patient], wanted: Wanted, first: Iterable[str]) -> list[Patient]:
    """The best match first: a whole number or surname, a surname's beginning, any name's beginning, then slips of the pen.

    Among matches equally good those of `first` (today's, recent ones) stand before the others; then those of whom more words
    are names as a whole, and who have one of them as the first name; then by number or name.
    """
    order = {id_: place for place, id_ in enumerate(first)}
    typed = " ".join(wanted.names)

    def place(patient: Patient) -> tuple[int, int, int, bool, tuple[int, bool], str, str]:
        family = normalize_text(patient.family)
        of_number = number_rank(patient, wanted.number) if wanted.number else None
        quality = min(of_number or 0, 1) if wanted.number else _quality(patient, family, typed, wanted.names)
        number = patient.mrn if wanted.number else family
        gone = patient.deceased or patient.inactive or patient.merged
        given, known = normalize_text(patient.given), order.get(patient.id, len(order))
        return (quality, known, of_number or 0, gone, _loose(patient, given, wanted.names), number, given)

    return sorted(patients, key=place)


def _loose(patient: Patient, given: str, names: tuple[str, ...]) -> tuple[int, bool]:
    """How many words are beginnings alone, and whether the first name begins with none of them. One word says too little."""
    if len(names) < 2:
        return (0, False)
    own = _words(patient)
    return (sum(word not in own for word in names), not any(given.startswith(word) for word in names))


def _quality(patient: Patient, family: str, typed: str, names: tuple[str, ...]) -> int:
    """0 is best. Without names (a birth date, a number) all are equal."""
    if not names or family == typed or family.replace(" ", "") == typed:
        return 0
    if not begins(patient, names):
        return 3
    return 1 if any(each.startswith(names[0]) for each in family.split()) else 2


def reason(patient: Patient, readings: Sequence[Wanted]) -> str:
    """What shows that this is one of those meant, when neither name nor MRN nor birth date do; else empty."""
    for wanted in readings:
        if not matches(patient, wanted):
            continue
        if not begins(patient, wanted.names):
            return f"Also {_other_name(patient, wanted.names)}"
        return _of_number(patient, wanted.number) if wanted.number else ""
    return ""


def _other_name(patient: Patient, names: tuple[str, ...]) -> str:
    shown = _words(patient)
    unseen = [word for word in names if not _begin(shown, [word])]
    return next(
        name for name in patient.other_names if any(_begin(normalize_text(name).split(), [word]) for word in unseen)
    )


def _of_number(patient: Patient, number: str) -> str:
    mrn = plain(patient.mrn)
    if mrn and (number == mrn or _starts(mrn, number) or mrn.endswith(number)):
        return ""
    for phone in patient.phones:
        if len(number) > _SHORT and is_phone(phone, number):
            return f"Phone ends {only_digits(phone)[-4:]}"
    ends = len(number) > _SHORT and any(plain(each).endswith(number) for each in patient.numbers)
    return f"Another number ends {number[-4:]}" if ends else f"Another number begins {number[:4]}"
