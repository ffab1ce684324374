"""The vendor's one colour, made readable on paper and in the dark.

A vendor chooses any colour; what is written in it must still reach the contrast that WCAG 2.2 AA
asks for, so the colour is moved towards ink, or towards light, until it does.
"""

from dataclasses import dataclass

INK = "#1b1a18"
PAPER = "#fbfaf8"
NIGHT = "#161614"
WHITE = "#ffffff"
DEFAULT, DEFAULT_DARK = "#0b5d57", "#5fc7bb"
TEXT_CONTRAST = 5.5  # above the 4.5 asked for: the colour also stands on its own pale tint


@dataclass(frozen=True)
class Accent:
    """One accent in both schemes: the colour, and what is written on it."""

    light: str
    on_light: str
    dark: str
    on_dark: str


def channels(colour: str) -> tuple[int, int, int]:
    """The red, green and blue of `#rrggbb`, 0 to 255."""
    digits = colour.removeprefix("#")
    if len(digits) != 6:
        raise ValueError(f"A colour is written #rrggbb, not {colour!r}.")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1, as WCAG defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """`colour` with `share` (0 to 1) of `other` in it."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def readable(colour: str, ground: str, towards: str) -> str:
    """The nearest step from `colour` towards `towards` that can be read on `ground`."""
    steps = (mix(colour, towards, step / 20) for step in range(21))
    return next((step for step in steps if contrast(step, ground) >= TEXT_CONTRAST), towards)


def accent(colour: str) -> Accent:
    """The vendor's colour for both schemes."""
    light = readable(colour, PAPER, INK)
    night = DEFAULT_DARK if colour == DEFAULT else readable(mix(colour, WHITE, 0.3), NIGHT, WHITE)
    return Accent(light, _written_on(light), night, _written_on(night))


def _written_on(colour: str) -> str:
    return max((WHITE, INK), key=lambda ink: contrast(ink, colour))


def stylesheet(chosen: Accent, font_url: str) -> str:
    """The served stylesheet: the accent in both schemes, and where the font is."""
    return (
        "@layer reset, tokens, base, parts;\n"
        '@font-face { font-family: "Inter"; font-weight: 100 900; font-display: swap;'
        f' src: url("{font_url}") format("truetype"); }}\n'
        "@layer tokens { :root {\n"
        f"  --accent: light-dark({chosen.light}, {chosen.dark});\n"
        f"  --on-accent: light-dark({chosen.on_light}, {chosen.on_dark});\n"
        "} }\n"
    )
