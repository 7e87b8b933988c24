"""Members: what is asked about them and what is done for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from jifen.client.answers import Answer, Member, Movement, Statement
from jifen.client.asking import Noun, Pages, Request, T, asks, lists
from jifen.client.catalogue import Catalogue, Kind, Offer, Reckoned, Sort, State, Wish, Wishes
from jifen.client.found import (
    AllBrought,
    Brought,
    Code,
    Codes,
    Ending,
    Endings,
    Friend,
    Friends,
    Hold,
    Holds,
    LotOf,
    Lots,
    MemberName,
    MemberNames,
    PastBalances,
    Token,
)
from jifen.client.writing import Value, command, encoded, nothing, path_of, reading, walked

MOVEMENTS_PER_PAGE = 200
MEMBERS_PER_PAGE = 200
_MEMBER, _STATEMENT = reading(Member), reading(Statement)
_BALANCES, _FRIENDS, _TOKEN = reading(PastBalances), reading(Friends), reading(Token)


class Members(Noun[T]):
    """People, what they have and what they are."""

    @asks
    def create(
        self,
        member: str,
        *,
        joined_at: dt.datetime | None = None,
        facts: Mapping[str, Value] | None = None,
    ) -> Request[Member]:
        """Somebody joins, now unless `joined_at` is said."""
        body = encoded({"id": member, "joined_at": joined_at, "facts": facts})
        return Request("POST", "/v1/members", _MEMBER, body=body, id=member)

    @asks
    def get(self, member: str) -> Request[Member]:
        """A member at a glance, by any name that leads to them."""
        return Request("GET", path_of("members", member), _MEMBER)

    @lists
    def list(
        self, prefix: str | None = None, *, metadata: str | None = None
    ) -> Pages[MemberNames, MemberName]:
        """Members by name, those whose names begin so and who have this entry of `metadata`, as `crm=C-1042`."""
        query = {"limit": MEMBERS_PER_PAGE, "prefix": prefix, "metadata": metadata}
        return walked(
            path_of("members"),
            MemberNames,
            lambda page: page.members,
            lambda page: page.next,
            query=query,
        )

    @asks
    def balances(self, member: str, at: str | None = None) -> Request[PastBalances]:
        """What a member had at the end of a date or time, as text; now unless said."""
        path = path_of("members", member, "balances")
        return Request("GET", path, _BALANCES, {"at": at} if at else None)

    @lists
    def holds(self, member: str) -> Pages[Holds, Hold]:
        """The open holds of a member."""
        path, query = path_of("members", member, "holds"), {"limit": MEMBERS_PER_PAGE}
        return walked(path, Holds, lambda page: page.holds, lambda page: page.next, query=query)

    @lists
    def lots(self, member: str, currency: str | None = None) -> Pages[Lots, LotOf]:
        """What still holds points, in the order in which it came."""
        path = path_of("members", member, "lots")
        query = {"limit": MEMBERS_PER_PAGE, "currency": currency}
        return walked(path, Lots, lambda page: page.lots, lambda page: page.next, query=query)

    @lists
    def codes(self, member: str) -> Pages[Codes, Code]:
        """What came with a member's rewards, opened, the newest first."""
        path, query = path_of("members", member, "codes"), {"limit": MEMBERS_PER_PAGE}
        return walked(path, Codes, lambda page: page.codes, lambda page: page.next, query=query)

    @lists
    def expiries(self, member: str, currency: str | None = None) -> Pages[Endings, Ending]:
        """What ends when, soonest first."""
        path = path_of("members", member, "expiries")
        query = {"limit": MEMBERS_PER_PAGE, "currency": currency}
        return walked(
            path, Endings, lambda page: page.expiries, lambda page: page.next, query=query
        )

    @lists
    def catalogue(
        self,
        member: str,
        *,
        kind: Kind | None = None,
        category: str | None = None,
        state: State | None = None,
        find: str | None = None,
        most_points: int | None = None,
        channel: str | None = None,
        sort: Sort | None = None,
    ) -> Pages[Catalogue, Offer]:
        """What is shown to a member, at their price: what they can afford first, then what least is missing for."""
        query = {
            "limit": MEMBERS_PER_PAGE,
            "kind": kind,
            "category": category,
            "state": state,
            "find": find,
            "most_points": most_points,
            "channel": channel,
            "sort": sort,
        }
        return walked(
            path_of("members", member, "catalogue"),
            Catalogue,
            lambda page: page.offers,
            lambda page: page.next,
            query=query,
        )

    @asks
    def calculator(
        self,
        member: str,
        redeem: Mapping[str, Value],
        event: Mapping[str, Value],
        *,
        every_days: int | None = None,
    ) -> Request[Reckoned]:
        """How often a member must do an `event`, all at once or `every_days`, until `redeem` is answered yes, and how
        much one of today must be worth; nothing is written."""
        body = encoded({"redeem": redeem, "event": event, "every_days": every_days})
        path = path_of("members", member, "calculator")
        return Request("POST", path, reading(Reckoned), body=body)

    @asks
    def wishes(self, member: str) -> Request[Wishes]:
        """What a member wishes for, as the catalogue shows it to them."""
        return Request("GET", path_of("members", member, "wishes"), reading(Wishes))

    @asks
    def wish(self, member: str, reward: str) -> Request[Wish]:
        """Let a member wish for a reward; others are told when it can be had."""
        return Request("PUT", path_of("members", member, "wishes", reward), reading(Wish))

    @asks
    def drop_wish(self, member: str, reward: str) -> Request[None]:
        """Forget a wish, if there is one."""
        return Request("DELETE", path_of("members", member, "wishes", reward), nothing)

    @asks
    def invitation(self, member: str) -> Request[Friends]:
        """The code by which a member brings others, by whom the member was brought, and the first friends."""
        return Request("GET", path_of("members", member, "referrals"), _FRIENDS)

    @lists
    def referrals(self, member: str) -> Pages[Friends, Friend]:
        """The deeds of friends for which a member was rewarded."""
        path, query = path_of("members", member, "referrals"), {"limit": MEMBERS_PER_PAGE}
        return walked(path, Friends, lambda page: page.friends, lambda page: page.next, query=query)

    @lists
    def friends(self, member: str) -> Pages[AllBrought, Brought]:
        """Everybody whom a member brought, by name, whether they have done anything since or not."""
        path, query = path_of("members", member, "friends"), {"limit": MEMBERS_PER_PAGE}
        return walked(
            path, AllBrought, lambda page: page.friends, lambda page: page.next, query=query
        )

    @asks
    def token(
        self, member: str, scopes: Sequence[str] = ("read",), *, seconds: int | None = None
    ) -> Request[Token]:
        """Sign for a member who asks by themself, for a quarter of an hour unless said."""
        body = encoded({"scopes": scopes, "seconds": seconds})
        return Request("POST", path_of("members", member, "token"), _TOKEN, body=body)

    @lists
    def statement(self, member: str) -> Pages[Statement, Movement]:
        """Every movement of points, newest first."""

        def page(before: str | None) -> Request[Statement]:
            query = {"limit": MOVEMENTS_PER_PAGE} | ({"before": before} if before else {})
            return Request("GET", path_of("members", member, "statement"), _STATEMENT, query)

        return Pages(
            page(None),
            lambda statement: statement.movements[::-1],
            lambda statement: page(statement.earlier) if statement.earlier else None,
        )

    @asks
    def statement_csv(self, member: str) -> Request[bytes]:
        """The whole statement as CSV, the first movement at the top."""
        path = path_of("members", member, "statement.csv")
        return Request("GET", path, lambda response: response.content)

    @asks
    def statement_lines(self, member: str) -> Request[bytes]:
        """The whole statement, a line of JSON for each movement, the first at the top."""
        path = path_of("members", member, "statement.ndjson")
        return Request("GET", path, lambda response: response.content)

    @asks
    def freeze(
        self,
        member: str,
        reason: str,
        *,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Nothing can be spent any more; earning goes on."""
        return command(path_of("members", member, "freeze"), id, {"reason": reason}, metadata)

    @asks
    def unfreeze(
        self,
        member: str,
        reason: str,
        *,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Everything can be spent again."""
        return command(path_of("members", member, "unfreeze"), id, {"reason": reason}, metadata)

    @asks
    def set_fact(
        self,
        member: str,
        name: str,
        value: Value,
        *,
        occurred_at: dt.datetime | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """What is known about a member, such as the birthday, from now or `occurred_at` on."""
        said = {"name": name, "value": value, "occurred_at": occurred_at}
        return command(path_of("members", member, "facts"), id, said, metadata)

    @asks
    def set_tier(
        self,
        member: str,
        tier: str,
        reason: str,
        *,
        since: dt.datetime | None = None,
        until: dt.date | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Give a tier by hand, until a last day or for good."""
        said: dict[str, Value] = {"tier": tier, "reason": reason, "from": since, "until": until}
        return command(path_of("members", member, "tier"), id, said, metadata)

    @asks
    def join_household(
        self,
        member: str,
        household: str,
        *,
        role: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Belong to a household, as `member` or `owner`."""
        said = {"join": household, "role": role}
        return command(path_of("members", member, "household"), id, said, metadata)

    @asks
    def leave_household(
        self,
        member: str,
        household: str,
        *,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Belong to it no longer."""
        return command(path_of("members", member, "household"), id, {"leave": household}, metadata)

    @asks
    def refer(
        self,
        member: str,
        *,
        referrer: str | None = None,
        code: str | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """Who brought a member: a `referrer`, or the `code` of one."""
        said = {"member": member, "referrer": referrer, "code": code}
        return command("/v1/referrals", id, said, metadata)

    @asks
    def open(
        self,
        member: str,
        *,
        lots: Sequence[Mapping[str, Value]] | None = None,
        counters: Sequence[Mapping[str, Value]] | None = None,
        tier: Mapping[str, Value] | None = None,
        joined: dt.date | None = None,
        occurred_at: dt.datetime | None = None,
        metadata: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> Request[Answer]:
        """What a member brings along from a former system."""
        said: dict[str, Value] = {"member": member, "lots": lots, "counters": counters}
        said |= {"tier": tier, "joined": joined, "occurred_at": occurred_at}
        return command("/v1/openings", id, said, metadata)
