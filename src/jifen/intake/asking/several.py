"""One request about several members: a command for each, under an id of its own, so that asking again is safe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import Body
from jifen.intake.asking.scalars import Malformed

FOR_SEVERAL = ("adjust", "revive")


def for_each(kind: str, body: Body) -> list[Body]:
    """The body itself; or where it names `members`, one for each of them, its id that of all and the member's name.

    Raises Malformed for members whom the kind knows nothing of, or who are named twice or not at all.
    """
    named = body.get("members")
    if named is None:
        return [body]
    if kind not in FOR_SEVERAL:
        said = f"only {' and '.join(FOR_SEVERAL)} are for several members"
        raise Malformed("/members", said, f"只有 {' 和 '.join(FOR_SEVERAL)} 可以写多位会员")
    if body.get("member") is not None:
        raise Malformed("/members", "say member, or members", "member 与 members 请只写一个")
    if isinstance(named, str) or not isinstance(named, Sequence) or not named:
        raise Malformed("/members", "expected a list of members", "应为会员列表")
    members = [scalars.text(one, f"/members/{place}") for place, one in enumerate(named)]
    for member, times in Counter(members).items():
        if times > 1:
            raise Malformed("/members", f"'{member}' stands twice", f"“{member}”出现了两次")
    id = scalars.text(body.get("id"), "/id")
    rest = {name: value for name, value in body.items() if name != "members"}
    return [{**rest, "id": f"{id}/{member}", "member": member} for member in members]
