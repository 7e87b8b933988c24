"""What each template is for, in a line for those who choose one."""

from __future__ import annotations

from jifen.wording import Said

PURPOSES: dict[str, Said] = {
    "coffee-club": Said(
        "cafés and small chains: a point a yuan, more for full baskets and regular visits",
        "咖啡馆和小型连锁：一元一分，满额和常来另有奖励",
    ),
    "star-club": Said(
        "drinks: a star for every 40 yuan or every handmade drink, whichever gives more",
        "茶饮咖啡：每 40 元或每杯手工饮品一颗星，取多的一种",
    ),
    "fast-food": Said(
        "quick meals: points off the next meal or for set items",
        "快餐：积分抵下一餐，或兑换指定单品",
    ),
    "marketplace": Said(
        "online marketplaces: buying, reviewing and sharing earn; points wait for the delivery",
        "电商平台：购物、评价、分享得积分，签收后可用",
    ),
    "airline": Said(
        "airlines: miles by fare and tier, and from card, hotel and car partners",
        "航空公司：里程看票价和等级，信用卡、酒店、租车也能累积",
    ),
    "hotel": Said(
        "hotels: nights and stays raise the tier, points pay for free nights",
        "酒店：按房晚和入住次数升级，积分换免费房晚",
    ),
    "beauty": Said(
        "beauty and other brands of one's own: diamond members earn double and pay fewer points",
        "美妆等自有品牌：钻石会员双倍积分，兑换更省",
    ),
    "mobile-mall": Said(
        "shops on the phone: a point for 10 yuan, ten points a yuan, gifts sent or picked up",
        "手机商城：10 元一分，10 分抵一元，礼品可寄送可自提",
    ),
    "four-tier": Said(
        "shops with four tiers by points: bronze, silver, gold, diamond",
        "按积分分四级的店：铜、银、金、钻石",
    ),
    "monthly-growth": Said(
        "regular spending: 500 yuan in a month lift a tier and make the next month count more",
        "培养月月消费：单月满 500 元升一级，下月积分 1.2 倍",
    ),
    "grocery": Said(
        "supermarkets: tenths of a point, one step below a basket of 555 and a double one from it",
        "超市：积分精确到十分之一，满 555 加倍",
    ),
    "employee-recognition": Said(
        "employees: ideas, targets and thanks, for leave, training and benefits",
        "员工激励：提案、目标、同事点赞，换假期、培训和福利",
    ),
    "channel-partners": Said(
        "dealers and resellers: purchase volume and promotion, for market support",
        "渠道伙伴：采购量和推广，换市场支持",
    ),
}
"""By template, in the order in which they are listed."""
