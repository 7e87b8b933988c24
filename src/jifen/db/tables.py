"""The tables that are written and read by COPY, columns in the order of the migrations."""

from __future__ import annotations

from jifen.db.copying import Table

PROGRAMME_VERSION = Table(
    "programme_version",
    (
        ("programme_id", "uuid"),
        ("revision", "integer"),
        ("effective_from", "timestamptz"),
        ("effective_until", "timestamptz"),
        ("recorded_at", "timestamptz"),
        ("actor", "text"),
        ("document", "text"),
        ("digest", "bytea"),
    ),
)

MEMBER = Table(
    "member",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("external_id", "text"),
        ("joined_at", "timestamptz"),
        ("opened_at", "timestamptz"),
        ("frozen", "boolean"),
        ("facts", "json"),
        ("facts_since", "timestamptz"),
        ("member_seq", "bigint"),
        ("chain", "bytea"),
        ("revision", "integer"),
        ("generation", "bigint"),
        ("state", "bytea"),
        ("events_evaluated", "bigint"),
        ("last_occurred_at", "timestamptz"),
        ("last_sequence", "bigint"),
        ("last_event_id", "text"),
        ("next_due_at", "timestamptz"),
        ("survivor_id", "uuid"),
        ("counts_from", "timestamptz"),
    ),
)

BALANCE = Table(
    "balance",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("currency", "smallint"),
        ("points", "bigint"),
        ("held", "bigint"),
        ("debt", "bigint"),
        ("lifetime", "bigint"),
        ("spent", "bigint"),
        ("expired", "bigint"),
        ("reversed", "bigint"),
    ),
)

COMMAND = Table(
    "command",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("member_seq", "bigint"),
        ("batch_id", "uuid"),
        ("recorded_at", "timestamptz"),
        ("occurred_at", "timestamptz"),
        ("key", "text"),
        ("kind", "text"),
        ("actor", "text"),
        ("body", "json"),
        ("answer", "json"),
    ),
)

COMMAND_KEY = Table(
    "command_key",
    (
        ("programme_id", "uuid"),
        ("key", "text"),
        ("member_id", "uuid"),
        ("member_seq", "bigint"),
    ),
)

REFUSED_BODY = Table(
    "refused_body",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("member_seq", "bigint"),
        ("recorded_at", "timestamptz"),
        ("body", "json"),
    ),
)

EVENT = Table(
    "event",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("member_seq", "bigint"),
        ("occurred_at", "timestamptz"),
        ("sequence", "bigint"),
        ("recorded_at", "timestamptz"),
        ("local_date", "date"),
        ("event_id", "text"),
        ("type", "text"),
        ("payload", "json"),
    ),
)

EVENT_RETURN = Table(
    "event_return",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("member_seq", "bigint"),
        ("event_seq", "bigint"),
        ("payload", "json"),
    ),
)

AWARD = Table(
    "award",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("member_seq", "bigint"),
        ("row_no", "integer"),
        ("event_seq", "bigint"),
        ("revision", "integer"),
        ("tier", "smallint"),
        ("reasons", "bytea"),
        ("components", "bytea"),
    ),
)

POSTING = Table(
    "posting",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("member_seq", "bigint"),
        ("row_no", "integer"),
        ("batch_id", "uuid"),
        ("currency", "smallint"),
        ("account", "smallint"),
        ("points", "bigint"),
        ("recorded_at", "timestamptz"),
        ("effective_at", "timestamptz"),
        ("event_seq", "bigint"),
    ),
)

LOT = Table(
    "lot",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("member_seq", "bigint"),
        ("row_no", "integer"),
        ("currency", "smallint"),
        ("funder", "smallint"),
        ("event_seq", "bigint"),
        ("granted", "bigint"),
        ("unit_price_micros", "bigint"),
        ("earned_at", "timestamptz"),
        ("available_at", "timestamptz"),
        ("expires_at", "timestamptz"),
        ("remaining", "bigint"),
        ("held", "bigint"),
    ),
    mutable=frozenset({"remaining", "held"}),
)

LOT_PARENT = Table(
    "lot_parent",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("member_seq", "bigint"),
        ("row_no", "integer"),
        ("parent_member_id", "uuid"),
        ("parent_seq", "bigint"),
        ("parent_row_no", "integer"),
    ),
)

TAKING = Table(
    "taking",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("member_seq", "bigint"),
        ("row_no", "integer"),
        ("posting_row_no", "integer"),
        ("lot_seq", "bigint"),
        ("lot_row_no", "integer"),
        ("points", "bigint"),
    ),
)

HOLD = Table(
    "hold",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("member_seq", "bigint"),
        ("currency", "smallint"),
        ("points", "bigint"),
        ("fee", "bigint"),
        ("held_at", "timestamptz"),
        ("deadline", "timestamptz"),
        ("hold_id", "text"),
        ("state", "smallint"),
        ("captured", "bigint"),
        ("closed_at", "timestamptz"),
    ),
    mutable=frozenset({"state", "captured", "closed_at"}),
)

HOLD_LOT = Table(
    "hold_lot",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("member_seq", "bigint"),
        ("row_no", "integer"),
        ("lot_seq", "bigint"),
        ("lot_row_no", "integer"),
        ("points", "bigint"),
    ),
)

OUTBOX = Table(
    "outbox",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("member_seq", "bigint"),
        ("row_no", "integer"),
        ("name", "text"),
        ("payload", "json"),
    ),
)

STOCK_CHANGE = Table(
    "stock_change",
    (
        ("programme_id", "uuid"),
        ("change_no", "integer"),
        ("change_id", "text"),
        ("currency", "smallint"),
        ("place", "text"),
        ("kind", "text"),
        ("asked", "bigint"),
        ("units", "bigint"),
        ("units_left", "bigint"),
        ("reason", "text"),
        ("actor", "text"),
        ("recorded_at", "timestamptz"),
        ("digest", "bytea"),
    ),
)

STOCK_MOVEMENT = Table(
    "stock_movement",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("member_seq", "bigint"),
        ("currency", "smallint"),
        ("place", "text"),
        ("units", "bigint"),
    ),
)

ACCOUNT_MOVEMENT = Table(
    "account_movement",
    (
        ("programme_id", "uuid"),
        ("batch_id", "uuid"),
        ("account", "smallint"),
        ("currency", "smallint"),
        ("funder", "smallint"),
        ("earn_month", "integer"),
        ("effective_date", "date"),
        ("points", "bigint"),
    ),
)

CHECKPOINT = Table(
    "checkpoint",
    (
        ("programme_id", "uuid"),
        ("member_id", "uuid"),
        ("occurred_at", "timestamptz"),
        ("sequence", "bigint"),
        ("event_id", "text"),
        ("events", "bigint"),
        ("generation", "bigint"),
        ("state", "bytea"),
    ),
)

CODE = Table(
    "code",
    (
        ("programme_id", "uuid"),
        ("code_no", "bigint"),
        ("pool", "text"),
        ("digest", "bytea"),
        ("sealed", "bytea"),
        ("expires_at", "timestamptz"),
        ("source_id", "uuid"),
        ("source_row", "bigint"),
        ("added_at", "timestamptz"),
    ),
)
"""As codes come; whose they become is written later."""

CHAINED = (
    COMMAND,
    EVENT,
    EVENT_RETURN,
    AWARD,
    POSTING,
    LOT,
    LOT_PARENT,
    TAKING,
    HOLD,
    HOLD_LOT,
    OUTBOX,
    STOCK_MOVEMENT,
)
"""The append-only tables of members, in the order in which a command's rows enter the hash chain;
command_key is not among them because it repeats what command says."""
