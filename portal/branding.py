"""A programme's colours, made legible: a brand may be any colour, text may not.

Contrast is WCAG 2.2's: 4.5 to 1 for text.
"""

import re

from pydantic import BaseModel, ValidationInfo, field_validator

ENOUGH = 4.6
WHITE, PAPER, NIGHT = "#ffffff", "#f3f5f7", "#17202b"
HEX = re.compile(r"#[0-9a-fA-F]{6}")

Rgb = tuple[int, int, int]


class Branding(BaseModel):
    """What a programme says about its looks; a colour that is none falls back to ours."""

    accent: str = "#1f5fa8"
    accent_ink: str = WHITE
    ink: str = "#10243a"
    logo_text: str = ""
    # Changes with the picture, None without one.
    logo_mark: str | None = None

    @field_validator("accent", "accent_ink", "ink", mode="before")
    @classmethod
    def _only_colours(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, str) and HEX.fullmatch(value):
            return value
        return cls.model_fields[info.field_name or "accent"].default


def rgb(colour: str) -> Rgb:
    """Return the three parts of #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: str, other: str, share: float) -> str:
    """Return colour with a share (0..1) of another mixed in."""
    parts = zip(rgb(colour), rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in rgb(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def legible(colour: str, ground: str, *, towards: str) -> str:
    """Return the colour, moved towards another just as far as text on the ground needs."""
    for step in range(21):
        moved = mix(colour, towards, step / 20)
        if contrast(moved, ground) >= ENOUGH:
            return moved
    return towards


def ink_on(ground: str, wished: str) -> str:
    """Return the wished ink if it can be read on the ground, else black or white."""
    return max((wished, WHITE, "#000000"), key=lambda ink: _merit(ink, ground, wished))


def _merit(ink: str, ground: str, wished: str) -> float:
    reached = contrast(ink, ground)
    return 100.0 if ink == wished and reached >= ENOUGH else reached


def stylesheet(branding: Branding) -> str:
    """Return the design tokens that this programme overrides, light and dark."""
    soft = mix(branding.accent, WHITE, 0.91)
    night_soft = mix(branding.accent, NIGHT, 0.78)
    night_accent = legible(branding.accent, mix(night_soft, WHITE, 0.06), towards=WHITE)
    deep = legible(branding.ink, WHITE, towards="#000000")
    accent = legible(branding.accent, soft, towards="#000000")
    accent = legible(accent, PAPER, towards="#000000")
    light = {
        "accent": accent,
        "on-accent": ink_on(accent, branding.accent_ink),
        "accent-soft": soft,
        "accent-line": mix(branding.accent, WHITE, 0.62),
        "brand": branding.accent,
        "deep": deep,
        "deep-2": legible(mix(deep, branding.accent, 0.34), WHITE, towards="#000000"),
        "on-deep": WHITE,
    }
    dark = {
        "accent": night_accent,
        "on-accent": ink_on(night_accent, NIGHT),
        "accent-soft": night_soft,
        "accent-line": mix(branding.accent, NIGHT, 0.45),
        "brand": branding.accent,
        "deep": mix(deep, "#000000", 0.35),
        "deep-2": mix(mix(deep, branding.accent, 0.3), "#000000", 0.35),
        "on-deep": WHITE,
    }
    return (
        f":root {{\n{_tokens(light)}}}\n"
        f"@media (prefers-color-scheme: dark) {{\n:root {{\n{_tokens(dark)}}}\n}}\n"
    )


def _tokens(values: dict[str, str]) -> str:
    return "".join(f"  --{name}: {value};\n" for name, value in values.items())
