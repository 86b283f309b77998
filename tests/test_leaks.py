"""What people write is nowhere in clear but where they wrote it for; and the search can find it.

A secret sentence goes into every input of a whole community that plays on the real house. Then all
that was written down, logged, raised, indexed, backed up, exported or shown is unpacked and looked
through. The planted leaks at the end show that each kind of place is really looked at.
"""

import asyncio
import base64
import json
import logging
import pickle
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.console.asking import values_of
from adapters.console.world import SPACE, OpenForm, Pressable, pressables_of
from peerbot.app import House
from peerbot.backup import backup, restore
from peerbot.chat.actions import Action, action
from peerbot.chat.addresses import Actor, NewInbox, Person, Reply, Room, person_of
from peerbot.chat.cards import Attachment, Button, Card, Text, buttons, card
from peerbot.chat.commands import Parameter
from peerbot.chat.events import CommandUsed, FormSubmitted, MessagePosted
from peerbot.chat.forms import ChannelPick, Choice, Field, Form, MultiChoice, Surface, TextIn
from peerbot.chat.stage import Trouble
from peerbot.resources.search import DirectoryIndex
from peerbot.tips.search import TipIndex
from peerbot.vault import Vault
from tests.conftest import PostgresServer
from tests.leaks import (
    Ear,
    Exception_,
    Found,
    Ledger,
    Secret,
    in_backup,
    listening,
    search,
    under_the_key,
    unexplained,
)
from tests.town import READY, TO_THE_PROMPT, Town, a_town, copied, migrated

# -- what may be where -------------------------------------------------------------------------

# At level "debug" the drivers log the statements that they run, and what runs is stored.
_STORED = ("file peerbot.sqlite*", "backup *", "log aiosqlite", "log sqlalchemy.engine.*")
_DIRECTORY = tuple(
    f"table *.{column}"
    for column in (
        *("service.*", "organization.*", "phone.*", "location.*", "cost_option.*"),
        *("language.*", "schedule.*"),
    )
)

EXCEPTIONS = (
    Exception_(
        inputs="name of the community",
        places=("table *.community.name", "card * for *", "card * in #*", "export for *", *_STORED),
        because="the space's public name; everybody in it reads it on top of their screen",
    ),
    *(
        Exception_(
            inputs=f"form resources.{section} *",
            places=(*_DIRECTORY, "index resources", "card resources.*", "form *", *_STORED),
            because="staff describe a service for the directory, which everybody may read",
        )
        for section in ("add", "words", "contact", "hours", "who", "place")
    ),
    *(
        Exception_(
            inputs=f"form checkins.edit-words {key}",
            places=(
                *("table *.checkin.*", "table *.checkin_round.*", "export for *"),
                *("card checkins.* in #*", "card checkins.* for *", "form checkins.* for *"),
                *_STORED,
            ),
            because="a moderator writes a check-in's name and question for the whole room",
        )
        for key in ("name", "question")
    ),
    Exception_(
        inputs="check-in words *",
        places=("opened checkin_answer.sealed",),
        because="kept for their writer, under a key of the writer's own",
    ),
    Exception_(
        inputs="check-in words by name",
        places=("card checkins.shared in #check-ins",),
        because="the writer chose the channel, with their name",
    ),
    Exception_(
        inputs="check-in words without a name",
        places=("card checkins.voices in #check-ins",),
        because="the writer chose the channel, without their name",
    ),
    Exception_(
        inputs="check-in words for staff",
        places=("card checkins.for-staff for alex", "card checkins.for-staff for dana"),
        because="the writer chose counselling staff; alex owns the space, dana is staff",
    ),
)
"""Whatever else is found is a leak."""


# -- the story ---------------------------------------------------------------------------------

MEMBERS = ("sam", "kim", "lee", "mia", "noa", "tom")


@dataclass
class Story:
    """A few weeks of a community in which every word that anybody writes is a secret."""

    town: Town
    ledger: Ledger

    async def before_setup(self) -> None:
        """Let everybody have a secret for a name."""
        for who in (*MEMBERS, "alex", "robin", "dana", "ada", "zed"):
            self.town.world.people[who] = Actor(
                person=Person("console", who), name=self.ledger.words("name", who)
            )
            self.town.world.left.add(who)
        await self.town.play(READY)
        await self.town.play("robin (moderator) #care-team>\ndana (staff) #care-team>")

    async def messages(self) -> None:
        for danger in (False, True):
            kind = "dangerous " * danger
            for name, place in (("sam", "#general"), ("kim", "@dm"), ("lee", "#general")):
                await self.town.be(name)
                where = "direct message" if place == "@dm" else "message in a room"
                said = self.ledger.words(f"{kind}{where}", name, danger=danger)
                edited = self.ledger.words(f"{kind}{where}, edited", name, danger=danger)
                await self.town.play(f"{name} {place}> {said}\n{name}> :edit {edited}")
            await self.town.play("kim #general> :flag lee\nlee> :delete\nkim> :home")
            await self.town.play("robin #care-team>")

    async def crisis_cards(self) -> None:
        await self.town.play(
            """
            robin> press "I've got this"
            sam> press "You misread me"
            kim> press "Is anyone there?"
            robin> /peerbot alerts
            sam> /help-now
            """
        )

    async def answers(self, *, danger: bool) -> None:
        """Let everybody answer the check-in that is open, to every kind of reader."""
        kind = "dangerous " * danger
        choices = {
            "sam": ("Only me", "for oneself"),
            "kim": ("Counselling staff, with my name", "for staff"),
            "lee": ("The channel, with my name", "by name"),
            **{
                who: ("The channel, without my name", "without a name")
                for who in ("mia", "noa", "tom")
            },
        }
        for who, (audience, named) in choices.items():
            secret = self.ledger.secret(f"check-in words {named}", who, danger=danger)
            first = 'press "Yes, I am 13 or older"\npress "Go on"\n' if not danger else ""
            del kind
            await self.town.play(
                f"""
                {who} #general> /checkin
                {first}press "Rather alone"
                choose "Who may see this answer?" = "{audience}"
                press "Add words"
                fill "What would you like to say?" = {secret.words}
                send
                press "Done"
                """
            )
            kind = ""
