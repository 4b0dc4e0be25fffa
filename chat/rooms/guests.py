"""Guests: people without an account, who choose a name and keep it as long as their session."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache

from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.rooms.models import Guest, Message
from chat.rooms.refusals import Refused

SESSION_FIELD = "guest"
SALT = "chat.rooms.guest"
MIN_NAME_CHARACTERS, MAX_NAME_CHARACTERS = 2, 40
# A guest who said something so recently is still in the others' minds, and their name with them.
NAME_HELD = timedelta(minutes=15)
# Words of office, in the languages of the shop: no guest speaks for the house.
RESERVED_WORDS = (
    "admin administrator administrador administradora administracion moderator mod moderador moderadora staff team "
    "equipo personal support soporte ayuda help helpdesk service servicio system sistema ambos shop store tienda owner "
    "root guest invitado invitada bot official oficial"
)
RESERVED = frozenset(RESERVED_WORDS.split())
_PUNCTUATION = frozenset(" '’-.·")
# Alphabets with letters that look alike: nobody's name is of two of them, only "Аlice" is.
LOOKALIKE_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK"})
# Small Cyrillic and Greek letters, and below them the Latin ones that they pass for.
_MIMICS = str.maketrans(
    "авдекмнорстухзіїјѕԁԛԝьɡαβγεηικμνοπρτυχωζ0134578",
    "abdekmhopctyxsiijsdqwbgabyenikmvonptuxwzoieastb",
)
MARKS_ON_A_LETTER = 2


@transaction.atomic
def choose_name(*, session: SessionBase, name: str) -> Guest:
    """Make the session's guest, or give it another name. Raises Refused."""
    known = guest_of(dict(session.items()))
    name = clean_name(name)
    _refuse_taken(name, known)
    if known is not None:
        known.name = name
        known.save(update_fields=["name"])
        return known
    guest = Guest.objects.create(key=uuid.uuid4(), name=name)
    session[SESSION_FIELD] = signing.dumps(str(guest.key), salt=SALT)
    return guest


def guest_key(session: Mapping[str, object]) -> str | None:
    """The key of the session's guest, whether there is one by that key or not."""
    word = session.get(SESSION_FIELD)
    if not isinstance(word, str):
        return None
    try:
        return str(uuid.UUID(signing.loads(word, salt=SALT)))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def guest_of(session: Mapping[str, object]) -> Guest | None:
    """The session's guest, unless it has become a user: who has logged out is not that person any more."""
    key = guest_key(session)
    return Guest.objects.filter(key=key, user__isnull=True).first() if key is not None else None


def clean_name(name: str) -> str:
    name = " ".join(unicodedata.normalize("NFKC", name).split())
    if not MIN_NAME_CHARACTERS <= len(name) <= MAX_NAME_CHARACTERS:
        raise Refused(
            "name_length",
            _("A name has %(least)s to %(most)s characters.")
            % {"least": MIN_NAME_CHARACTERS, "most": MAX_NAME_CHARACTERS},
        )
    if (
        not all(_may_stand_in_name(character) for character in name)
        or not any(c.isalpha() for c in name)
        or len(LOOKALIKE_SCRIPTS & {unicodedata.name(c, "").partition(" ")[0] for c in name}) > 1
        or _heaps_marks(name)
    ):
        raise Refused("name_characters", _("A name is made of letters, digits, spaces, hyphens and full stops."))
    return name


def _may_stand_in_name(character: str) -> bool:
    return unicodedata.category(character) in {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd"} or (
        character in _PUNCTUATION
    )


def _heaps_marks(name: str) -> bool:
    """Accents upon accents, which would cover the lines around the name."""
    marks = "".join("m" if unicodedata.combining(c) else " " for c in unicodedata.normalize("NFD", name))
    return "m" * (MARKS_ON_A_LETTER + 1) in marks


def skeleton(name: str) -> str:
    """What is left of a name at a glance: no case, accents, punctuation; what mimics a Latin letter reads as it."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if c.isalnum()).translate(_MIMICS)


@lru_cache(maxsize=4096)
def speaks_for_the_house(name: str) -> bool:
    words = {skeleton(word) for word in name.replace(".", " ").replace("-", " ").split()} | {skeleton(name)}
    return bool(words & RESERVED)


def _refuse_taken(name: str, known: Guest | None) -> None:
    if speaks_for_the_house(name) or _is_users(name) or _is_other_guests(name, known):
        raise Refused("name_taken", _("This name is taken. Choose another one."))


def _is_users(name: str) -> bool:
    """Somebody with an account is called so: by name, or by the e-mail address up to its @."""
    users = get_user_model()._default_manager.filter(is_active=True)
    return users.filter(name__iexact=name).exists() or users.filter(name="", email__istartswith=f"{name}@").exists()


def _is_other_guests(name: str, known: Guest | None) -> bool:
    others = Message.objects.filter(guest__name__iexact=name, sent_at__gt=timezone.now() - NAME_HELD)
    return (others.exclude(guest=known) if known is not None else others).exists()
