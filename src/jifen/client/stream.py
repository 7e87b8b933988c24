"""The stream: what others are told, message by message."""

from __future__ import annotations

from jifen.client.answers import Message, MessagePage
from jifen.client.asking import Noun, Pages, Request, T, lists
from jifen.client.writing import path_of, reading

MESSAGES_PER_PAGE = 500
_MESSAGES = reading(MessagePage)


class Stream(Noun[T]):
    """What others are told, in an order that never changes."""

    @lists
    def messages(self, after: int = 0) -> Pages[MessagePage, Message]:
        """The messages behind a position, up to the newest. Who keeps the `position` of the last goes on from there."""

        def page(behind: int) -> Request[MessagePage]:
            query = {"after": behind, "limit": MESSAGES_PER_PAGE}
            return Request("GET", path_of("stream"), _MESSAGES, query)

        return Pages(
            page(after),
            lambda told: told.messages,
            lambda told: page(told.next) if told.messages else None,
        )
