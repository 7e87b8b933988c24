"""Money as integers in its smallest unit: how many decimals each currency of ISO 4217 keeps."""

from __future__ import annotations

from decimal import Decimal

_WITHOUT_DECIMALS = (
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"  # minor unit 0
)
_WITH_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_WITH_TWO_DECIMALS = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD "
    "HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN "
    "QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP "
    "TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG"
)

DECIMALS: dict[str, int] = {
    **dict.fromkeys(_WITHOUT_DECIMALS.split(), 0),
    **dict.fromkeys(_WITH_TWO_DECIMALS.split(), 2),
    **dict.fromkeys(_WITH_THREE_DECIMALS.split(), 3),
}
"""Decimals by ISO 4217 code."""

LARGEST_EXPONENT = 30

_WORDS = {
    "CNY": ("元", "yuan"),
    "RUB": ("卢布", "roubles"),
    "JPY": ("日元", "yen"),
    "KRW": ("韩元", "won"),
    "USD": ("美元", "dollars"),
    "EUR": ("欧元", "euros"),
    "GBP": ("英镑", "pounds"),
    "HKD": ("港元", "Hong Kong dollars"),
}


def unit_of_money(money: str) -> tuple[str, str]:
    """What people call the unit, in Chinese and English; the code itself where there is no plain word."""
    return _WORDS.get(money, (money, money))


def to_smallest_unit(number: Decimal, scale: int) -> int:
    """`60.00` with scale 2 is 6000.

    Raises:
        ValueError: the number has more than `scale` decimals, is absurdly large, or is not finite.
    """
    if not number.is_finite():
        raise ValueError("not a finite number")
    if not number:
        return 0
    if number.adjusted() > LARGEST_EXPONENT:  # before 10 to that power is calculated
        raise ValueError("absurdly large")
    sign, digits, exponent = number.as_tuple()
    units = int("".join(map(str, digits))) * (-1 if sign else 1)
    shift = int(exponent) + scale
    if shift >= 0:
        return units * int(10**shift)
    if -shift > len(digits) or units % int(10**-shift):
        raise ValueError(f"more than {scale} decimals")
    return units // int(10**-shift)


def decimal_text(value: int, scale: int) -> str:
    """An integer in smallest units as the decimal that it stands for: `1234.50`."""
    if scale == 0:
        return str(value)
    digits = f"{abs(value):0{scale + 1}d}"
    return f"{'-' if value < 0 else ''}{digits[:-scale]}.{digits[-scale:]}"
