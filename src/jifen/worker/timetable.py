"""The timetable: every duty of the worker, how often it is done, and what it is good for.

A duty is an ordinary function of a `Shift`. To add one, write the function in the room that knows how, and a line here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from jifen.wording import Said
from jifen.worker.arriving import tell_of_codes
from jifen.worker.drawing import turn_draws
from jifen.worker.popularity import count_choices
from jifen.worker.proving import prove_nightly
from jifen.worker.settling import settle
from jifen.worker.shift import Shift
from jifen.worker.telling import tell
from jifen.worker.tidying import tidy
from jifen.worker.wishing import tell_of_wishes


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a duty is done: as cron writes it, in UTC, with seconds as a sixth field; and as people say it."""

    cron: str
    said: Said


def every_seconds(seconds: int) -> Rhythm:
    """Every so many seconds, a divisor of sixty."""
    return Rhythm(f"* * * * * */{seconds}", Said(f"every {seconds} seconds", f"每 {seconds} 秒"))


EVERY_MINUTE: Final = Rhythm("* * * * *", Said("every minute", "每分钟"))
EVERY_HOUR: Final = Rhythm("0 * * * *", Said("every hour", "每小时"))


@dataclass(frozen=True, slots=True)
class Duty:
    """Work that comes round: it does whatever there is to do by now, so that missing a turn loses nothing."""

    name: str
    rhythm: Rhythm
    said: Said
    work: Callable[[Shift], None]


TIMETABLE: Final = (
    Duty(
        "settle",
        EVERY_MINUTE,
        Said(
            "What time has brought to members nobody touches: points that end or may be used from now on, holds that"
            " time out, notices, birthdays and ends of periods, tiers that end, inboxes; bodies of refused commands"
            " are forgotten after seven days.",
            "处理无人触及的会员的到期事项：积分到期或开始可用，预占超时，到期提醒，生日与周期末，等级到期，收件箱；"
            "被拒绝命令的内容七天后删除。",
        ),
        settle,
    ),
    Duty(
        "tidy",
        EVERY_MINUTE,
        Said(
            "Jobs of killed workers are handed on; files of jobs go a week after their end, addresses of"
            " orders when they are no longer needed.",
            "把被强行终止的后台进程的任务交给别的进程；任务结束一周后删除其文件；"
            "不再需要的收货地址也会删除。",
        ),
        tidy,
    ),
    Duty(
        "wishes",
        EVERY_MINUTE,
        Said(
            "Others are told of whom by now can have what they wish for: looked at again when the member does"
            " anything, and every hour.",
            "会员心愿单上的礼品可以兑换时发出消息：会员一有动作就再看一次，其余每小时看一次。",
        ),
        tell_of_wishes,
    ),
    Duty(
        "codes",
        EVERY_MINUTE,
        Said(
            "Others are told of codes that came for rewards which had waited for them.",
            "礼品等待的券码补到之后，发出消息。",
        ),
        tell_of_codes,
    ),
    Duty(
        "draws",
        EVERY_MINUTE,
        Said(
            "Rounds of lucky draws whose day, week or month is over are closed, and the next ones opened.",
            "按天、周或月轮换的抽奖：结束到期的一轮，开始下一轮。",
        ),
        turn_draws,
    ),
    Duty(
        "popularity",
        EVERY_HOUR,
        Said(
            "Which rewards members of each tier have chosen in the last 30 days is counted.",
            "统计最近 30 天各等级会员兑换了哪些礼品。",
        ),
        count_choices,
    ),
    Duty(
        "webhooks",
        every_seconds(5),
        Said(
            "Messages go to the webhooks that are to be told; what failed is tried again when its time has come.",
            "向各个 webhook 发送消息；失败的到时重试。",
        ),
        tell,
    ),
    Duty(
        "prove",
        EVERY_HOUR,
        Said(
            "Programmes that were not proved since three in the morning of their own time zone are proved.",
            "当地时间凌晨三点之后还没有证明过的计划，进行证明。",
        ),
        prove_nightly,
    ),
)
