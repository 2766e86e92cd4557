"""Scans as they come back: printed forms rendered, sealed in red, and spoiled as scanners and telephones do it."""

import io
import math
import random
import subprocess
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from app.exporters import pdf_form
from app.exporters.fonts import Fonts
from app.exporters.forms import Form
from app.exporters.layout import lay_out

SEAL_MM = 42.0
WOOD, RED_CLOTH = (150, 106, 70), (178, 28, 40)


def rendered(forms: Sequence[Form], fonts: Fonts, folder: Path, dpi: int) -> list[Image.Image]:
    """Return the printed pages of forms as pdftoppm (not our own renderer) draws them."""
    folder.mkdir(parents=True, exist_ok=True)
    pdf = folder / "printed.pdf"
    pdf.write_bytes(pdf_form.render(forms, fonts))
    subprocess.run(["pdftoppm", "-r", str(dpi), str(pdf), str(folder / "page")], check=True)
    return [Image.open(path).convert("RGB") for path in sorted(folder.glob("page*.ppm"))]


def sealed(pages: Sequence[Image.Image], forms: Sequence[Form], fonts: Fonts, weak: bool = False) -> list[Image.Image]:
    """Return pages with a seal on each place for one; a weak one was pressed lightly and has holes."""
    drawn = [page for form in forms for page in lay_out(form, fonts)]
    result = []
    for image, page in zip(pages, drawn, strict=True):
        scale = image.width / page.width
        for place in page.seals:
            centre = ((place.x + place.width / 2) * scale, (place.y + place.height / 2) * scale)
            image = with_seal(image, centre, image.width / page.width * 72 / 25.4, weak)
        result.append(image)
    return result


def with_seal(image: Image.Image, centre: tuple[float, float], mm: float, weak: bool = False) -> Image.Image:
    """Return a picture with a round seal: a ring, a star, and strokes like characters around it."""
    side = round(SEAL_MM * mm)
    ink = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(ink)
    middle = side / 2
    draw.ellipse((0, 0, side - 1, side - 1), outline=255, width=max(1, round(1.2 * mm)))
    points = [
        (middle + r * mm * math.sin(a), middle - r * mm * math.cos(a))
        for i in range(10)
        for a, r in [(math.pi * i / 5, 7 if i % 2 == 0 else 2.7)]
    ]
    draw.polygon(points, fill=255)
    for number in range(14):
        angle = math.radians(-130 + 20 * number)
        x, y = middle + 16 * mm * math.sin(angle), middle - 16 * mm * math.cos(angle)
        for shift in (-1.2, 0, 1.2):
            draw.line((x - 1.5 * mm, y + shift * mm, x + 1.5 * mm, y + shift * mm), fill=255, width=round(0.5 * mm))
            draw.line((x + shift * mm, y - 2 * mm, x + shift * mm, y + 2 * mm), fill=255, width=round(0.4 * mm))
    colour = (214, 40, 48)
    if weak:
        grain = Image.effect_noise((max(1, side // 4), max(1, side // 4)), 90).resize((side, side))
        ink = ImageChops.darker(ink, grain.point(lambda v: 255 if v > 110 else 40))
        colour = (226, 96, 100)
    place = (round(centre[0] - middle), round(centre[1] - middle))
    # Ink lets through what is under it.
    under = image.crop((*place, place[0] + side, place[1] + side))
    inked = ImageChops.multiply(under, Image.new("RGB", under.size, colour))
    result = image.copy()
    result.paste(Image.composite(inked, under, ink), place)
    return result


def on_paper(image: Image.Image, tint: tuple[int, int, int] = (248, 246, 240), noise: float = 4.0) -> Image.Image:
    """Return a picture as a colour scanner sees it: paper that is not quite white, and noise in every channel."""
    image = ImageChops.multiply(image, Image.new("RGB", image.size, tint))
    return noisy(image, noise)


def noisy(image: Image.Image, sigma: float) -> Image.Image:
    """Return a picture with noise of its own in every channel."""
    grain = [Image.effect_noise(image.size, sigma) for _ in range(3)]
    channels = image.convert("RGB").split()
    return Image.merge("RGB", [ImageChops.add(c, g, 1, -128) for c, g in zip(channels, grain, strict=True)])


def skewed(image: Image.Image, degrees: float) -> Image.Image:
    """Return a page that lay askew in the scanner, turned clockwise."""
    return image.rotate(-degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=(250, 250, 248))


def blurred(image: Image.Image, mm: float, dpi: float) -> Image.Image:
    """Return a picture out of focus by a Gaussian blur of `mm` (sigma)."""
    return image.filter(ImageFilter.GaussianBlur(mm / 25.4 * dpi))


def photographed(
    image: Image.Image,
    seed: int,
    tilt: float = 0.1,
    size: tuple[int, int] = (3024, 4032),
    desk_colour: tuple[int, int, int] = WOOD,
) -> Image.Image:
    """Return a telephone's photograph: the page on a desk from a side, in uneven and yellowish light."""
    chance = random.Random(seed)
    width, height = size if image.height >= image.width else size[::-1]
    scale = min(width / image.width, height / image.height) * 0.9
    page_width, page_height = image.width * scale, image.height * scale
    left, top = (width - page_width) / 2, (height - page_height) / 2
    corners = [(left, top), (left + page_width, top), (left + page_width, top + page_height), (left, top + page_height)]
    reach = tilt * min(page_width, page_height)
    inward = [(1, 1), (-1, 1), (-1, -1), (1, -1)]
    moved = [
        (x + sx * chance.uniform(0, reach), y + sy * chance.uniform(0, reach))
        for (x, y), (sx, sy) in zip(corners, inward, strict=True)
    ]
    source = [(0, 0), (image.width, 0), (image.width, image.height), (0, image.height)]
    coefficients = _perspective(moved, source)
    sheet = image.convert("RGBA").transform(
        (width, height), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC
    )
    desk = noisy(Image.new("RGB", (width, height), desk_colour), 12)
    desk.paste(sheet.convert("RGB"), mask=sheet.getchannel("A"))
    light = Image.linear_gradient("L").rotate(chance.choice([0, 90, 180, 270])).resize((width, height))
    light = light.point(lambda v: 150 + v * 105 // 255)
    lit = ImageChops.multiply(desk, Image.merge("RGB", (light, light, light)))
    return ImageChops.multiply(lit, Image.new("RGB", lit.size, (255, 246, 224)))


def _perspective(to: list[tuple[float, float]], source: list[tuple[float, float]]) -> list[float]:
    """Return the eight coefficients that take the points `to` back to `source`."""
    rows = []
    for (x, y), (u, v) in zip(to, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    size = 8
    for i in range(size):
        pivot = max(range(i, size), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for other in range(size):
            if other != i:
                factor = rows[other][i]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[i], strict=True)]
    return [row[-1] for row in rows]


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    """Return a picture after JPEG."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out)
