"""Draws what scale.py measured: time and memory against bytes of text, both axes logarithmic, as plain SVG."""

import math

WIDTH, HEIGHT, LEFT, TOP, GAP = 380, 300, 62, 44, 96
COLOURS = {"train": "#0b6e99", "predict": "#b5541c"}
NAMES = {"train": "training", "predict": "prediction"}
STYLE = "text{font:12px system-ui,sans-serif;fill:#333}.grid{stroke:#e4e4e4}.one{stroke:#999;stroke-dasharray:4 4}"


class Axis:
    """Whole decades around the values, on a stretch of pixels."""

    def __init__(self, values, start, length):
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)
        self.start, self.length = start, length

    def at(self, value):
        return self.start + (math.log10(value) - self.low) / (self.high - self.low) * self.length

    def decades(self):
        return [10.0**n for n in range(self.low, self.high + 1)]


def svg(run):
    """Two panels side by side."""
    series = {kind: [p for p in run[kind] if "failed" not in p] for kind in NAMES}
    second = LEFT + WIDTH + GAP
    width = second + WIDTH + 24
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT + TOP + 52}" role="img">'
    head += f"<title>Time and memory against size</title><style>{STYLE}</style>"
    head += '<rect width="100%" height="100%" fill="#fff"/>'
    if not any(series.values()):
        return head + f'<text x="{LEFT}" y="{TOP}">nothing was measured</text></svg>\n'
    time = panel(series, "wall", 1, "wall time, s", LEFT)
    memory = panel(series, "peak", 1e6, "peak memory, MB", second)
    return head + time + memory + "</svg>\n"


def panel(series, kind, unit, title, left):
    points = {name: [(p["bytes"] / 1e6, p[kind] / unit) for p in all_] for name, all_ in series.items()}
    every = [p for all_ in points.values() for p in all_]
    x = Axis([p[0] for p in every], left, WIDTH)
    y = Axis([p[1] for p in every], TOP + HEIGHT, -HEIGHT)
    out = grid(x, y) + f'<text x="{left}" y="{TOP - 24}" font-weight="600">{title}</text>'
    out += f'<text x="{left + WIDTH / 2:.0f}" y="{TOP + HEIGHT + 40}" text-anchor="middle">MB of text</text>'
    out += slope_one(x, y, min(every))
    for n, (name, line) in enumerate(points.items()):
        out += curve(x, y, line, COLOURS[name]) + legend(left + n * 100, name)
    return out + dashes(left + 200)


def grid(x, y):
    out = ""
    for value in x.decades():
        at = x.at(value)
        out += f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{TOP + HEIGHT}"/>'
        out += f'<text x="{at:.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{value:,g}</text>'
    for value in y.decades():
        at = y.at(value)
        out += f'<line class="grid" x1="{x.start}" x2="{x.start + WIDTH}" y1="{at:.1f}" y2="{at:.1f}"/>'
        out += f'<text x="{x.start - 8}" y="{at + 4:.1f}" text-anchor="end">{value:,g}</text>'
    return out


def slope_one(x, y, origin):
    """From the smallest point, as far as the panel goes: what grows with the size runs beside it."""
    room = min(10**x.high / origin[0], 10**y.high / origin[1])
    ends = [(x.at(origin[0] * f), y.at(origin[1] * f)) for f in (1, room)]
    return '<line class="one" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>'.format(*ends[0], *ends[1])


def curve(x, y, points, colour):
    places = [(x.at(a), y.at(b)) for a, b in points]
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
    dots = "".join(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5" fill="{colour}"/>' for a, b in places)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'


def legend(left, name):
    mark = f'<circle cx="{left + 5}" cy="{TOP - 10}" r="3.5" fill="{COLOURS[name]}"/>'
    return f'{mark}<text x="{left + 14}" y="{TOP - 6}">{NAMES[name]}</text>'


def dashes(left):
    line = f'<line class="one" x1="{left}" x2="{left + 22}" y1="{TOP - 10}" y2="{TOP - 10}"/>'
    return f'{line}<text x="{left + 28}" y="{TOP - 6}">in proportion to the size</text>'
