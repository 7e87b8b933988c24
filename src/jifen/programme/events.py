"""The kinds of events that need no declaration, and the words that rules may use about them."""

from __future__ import annotations

from jifen.programme.event_types import EventType, Field, FieldKind
from jifen.programme.model import Programme
from jifen.programme.saying.naming import Name

LINE_QUANTITY_SCALE = 3
SET_TIER = "set_tier"
TIER_UPGRADE = "tier_upgrade"
REFERRAL_COMPLETED = "referral_completed"
FROM_RELATION = "from_relation"
DERIVED = frozenset({REFERRAL_COMPLETED, FROM_RELATION})
"""Types of events that come of a deed: what one member's does to another."""
REFERRER = "referrer"
HOUSEHOLD = "household"
"""Relations that every member may have: who brought them, and the owner of their household."""
TIER_CHANGED = "tier_changed"
TIER_FIELDS = ("from_tier", "to_tier")
BALANCE_REACHED = "balance_reached"
OF_HISTORY = frozenset({TIER_CHANGED, BALANCE_REACHED})
"""Types of events that come of a member's own history."""
EXPIRED = "expired"
EXCHANGED = "exchanged"
REDEEMED = "redeemed"
REWARD_FIELD = "reward"
CURRENCY_FIELDS = ("of_currency", "from_currency", "to_currency")
PERIOD_BALANCE = "period_balance"
OF_POINTS = frozenset({EXPIRED, EXCHANGED, REDEEMED, PERIOD_BALANCE})
"""Types of events that come of what becomes of a member's points."""
BIRTHDAY = "birthday"
ANNIVERSARY = "anniversary"
MEMBERSHIP_YEAR_END = "membership_year_end"
MONTHS_OF_PERIOD = {"month_end": 1, "quarter_end": 3, "half_year_end": 6, "year_end": 12}
"""Types of events with which periods of the calendar end, and their months."""
CLOCK_MADE = frozenset({BIRTHDAY, ANNIVERSARY, MEMBERSHIP_YEAR_END, *MONTHS_OF_PERIOD})
"""Types of events that come with time, once a period."""
NEVER_SENT = DERIVED | OF_HISTORY | OF_POINTS | CLOCK_MADE
"""Types of events that nobody sends."""

_LINES = (
    "sku text, category text, department text, brand text, quantity number, "
    "amount money, discount money"
)

# id: (zh, en, fields, line fields, costs money)
_BUILT_IN: dict[str, tuple[str, str, str, str, bool]] = {
    "purchase": (
        "消费",
        "purchase",
        "discount money, tax money, shipping money, gift_card money, points_paid money, "
        "coupon money, channel text, store text, payment text, partner text, first_order boolean",
        _LINES,
        True,
    ),
    "check_in": ("签到", "check-in", "channel text, store text", "", False),
    "review": (
        "评价",
        "review",
        "rating integer, length integer, photos integer, sku text",
        "",
        False,
    ),
    "like": ("点赞", "like", "channel text", "", False),
    "share": ("分享", "share", "channel text", "", False),
    "survey": ("填写问卷", "survey", "channel text", "", False),
    "signup": ("注册", "sign-up", "channel text, store text", "", False),
    "login": ("登录", "log-in", "channel text", "", False),
    "profile_completed": ("完善资料", "completed profile", "channel text", "", False),
    "invite": ("邀请", "invitation", "channel text", "", False),
    "top_up": ("储值", "top-up", "channel text, store text, payment text", "", True),
    "receipt": ("上传小票", "receipt", "tax money, channel text, store text", _LINES, True),
    "visit": ("到店", "visit", "store text", "", False),
    "flight": (
        "飞行",
        "flight",
        "tax money, distance integer, cabin text, fare text, origin text, destination text, "
        "channel text, partner text",
        "",
        True,
    ),
    "stay": (
        "入住",
        "stay",
        "tax money, nights integer, hotel text, room text, channel text, partner text",
        "",
        True,
    ),
    "card_spend": (
        "刷卡",
        "card payment",
        "partner text, card text, category text, currency text",
        "",
        True,
    ),
    "car_rental": (
        "租车",
        "car rental",
        "tax money, rental_days integer, car text, station text, channel text, partner text",
        "",
        True,
    ),
    "innovation": ("提交提案", "idea", "level text, adopted boolean, department text", "", False),
    "procurement": ("采购", "procurement", "tax money, shipping money, channel text", _LINES, True),
    "membership_fee": (
        "会员费",
        "membership fee",
        "tier text, channel text, payment text",
        "",
        True,
    ),
    SET_TIER: ("指定等级", "tier given by hand", "tier text, until date, reason text", "", False),
    REFERRAL_COMPLETED: (
        "邀请成功",
        "completed referral",
        "rule text, friend text, cause text",
        "",
        False,
    ),
    FROM_RELATION: (
        "关系人带来的积分",
        "receipt of points through a relation",
        "rule text, doer text, cause text, points integer",
        "",
        False,
    ),
    TIER_CHANGED: (
        "等级变动",
        "change of tier",
        "up boolean, from_tier text, to_tier text, cause text",
        "",
        False,
    ),
    BALANCE_REACHED: (
        "积分达标",
        "balance reached",
        "rule text, times integer, cause text",
        "",
        False,
    ),
    EXPIRED: ("积分过期", "expiry of points", "of_currency text, points integer", "", False),
    REDEEMED: (
        "礼品兑换",
        "redemption",
        "reward text, quantity integer, of_currency text, points integer, redemption text",
        "",
        False,
    ),
    EXCHANGED: (
        "积分转换",
        "exchange of points",
        "from_currency text, to_currency text, points integer, received integer, exchange text",
        "",
        False,
    ),
    PERIOD_BALANCE: (
        "期末余额",
        "balance at a period's end",
        "of_currency text, points integer",
        "",
        False,
    ),
    BIRTHDAY: ("生日", "birthday", "", "", False),
    ANNIVERSARY: ("入会周年", "anniversary of joining", "years integer", "", False),
    MEMBERSHIP_YEAR_END: ("会员年度末", "membership year's end", "years integer", "", False),
    "month_end": ("月末", "month's end", "", "", False),
    "quarter_end": ("季末", "quarter's end", "", "", False),
    "half_year_end": ("半年末", "half-year's end", "", "", False),
    "year_end": ("年末", "year's end", "", "", False),
    TIER_UPGRADE: ("等级体验", "tier upgrade", "tier text, days integer, reason text", "", False),
}

_PLANNED_TRIGGERS = "gift_received team_goal_reached"
OPENING = "opening"
"""The type of the event with which a history from a former system begins: no rule is about it."""

RETURNED = "returned "
"""What the type of a return that names no purchase begins with, before the type of what came back: no rule is about it,
and no document can declare it."""

PLANNED_TRIGGERS = frozenset(_PLANNED_TRIGGERS.split())


def occasions_of(programme: Programme) -> frozenset[str]:
    """The types of events made by the clock that rules of a document are about."""
    return CLOCK_MADE & {rule.on for rule in programme.rules}


def own_events_of(programme: Programme) -> frozenset[str]:
    """The types of events made of a member's own history that rules of a document are about."""
    return OF_HISTORY & {rule.on for rule in programme.rules}


def points_events_of(programme: Programme) -> frozenset[str]:
    """The types of events made of what becomes of a member's points that rules of a document, or its ladder, are
    about."""
    noted = {PERIOD_BALANCE} if programme.tiers and programme.tiers.balances else set[str]()
    return OF_POINTS & ({rule.on for rule in programme.rules} | noted)


def scale_of(kind: FieldKind, money_scale: int) -> int:
    """The decimals that a field of this kind keeps unless it says otherwise."""
    return {"money": money_scale, "number": LINE_QUANTITY_SCALE}.get(kind, 0)


def built_in_events(money_scale: int) -> dict[str, EventType]:
    """Every event type that needs no declaration, by id."""
    return {
        id: EventType(
            id,
            Name(zh, en),
            _fields(fields, money_scale),
            _fields(line_fields, money_scale),
            costs_money,
        )
        for id, (zh, en, fields, line_fields, costs_money) in _BUILT_IN.items()
    }


def _fields(written: str, money_scale: int) -> tuple[Field, ...]:
    pairs = (part.split() for part in written.split(", ") if part)
    kinds: dict[str, FieldKind] = {
        "money": "money",
        "integer": "integer",
        "number": "number",
        "text": "text",
        "boolean": "boolean",
        "date": "date",
    }
    return tuple(
        Field(name, kinds[kind], scale_of(kinds[kind], money_scale)) for name, kind in pairs
    )
