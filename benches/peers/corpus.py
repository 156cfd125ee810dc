"""Texts for measuring, made of the project's own sentences: training rows and articles of any size, always the same.

    python3 benches/peers/corpus.py OUT_DIR --rows 300000 --docs-mb 200 [--from FILE.jsonl ...]

A row beyond the real sentences is a new combination: the head of one sentence, the tail of another, a few words
exchanged for words of the pool. No row is a copy of another, and the number of distinct words and pairs grows with the
rows much as it does in real text. Articles are 8 to 24 sentences in a few paragraphs.

What is measured with them is left to run.py and scale.py. Standard library only.
"""

import argparse
import json
import random
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SEED = 20190123
# Chosen so that 300,000 rows have about 400,000 words and pairs that occur twice, as news text of that size has.
EXCHANGED = 8
ROW_WORDS = (18, 37)
HELD_OUT = 20  # one row in so many


class Pool:
    """Labelled sentences to combine, and sentences of articles as they stand, headlines and boilerplate among them."""

    def __init__(self, files=()):
        labelled, self.prose = {}, []
        for path in files or [ROOT / "data" / "train.jsonl"]:
            for item in read_jsonl(path):
                text = " ".join(item["text"].split())
                labelled.setdefault(text, item.get("label", item.get("stance")))
        self.labelled = sorted((text, label) for text, label in labelled.items() if text and label is not None)
        if not files:
            for article in read_jsonl(ROOT / "data" / "articles.jsonl"):
                self.prose += [s for line in article["text"].splitlines() for s in sentences(line)]
        self.prose = self.prose or [text for text, _ in self.labelled]
        # A word stands here as often as it does in the texts, so that an exchange keeps the frequencies.
        self.words = [word for text, _ in self.labelled for word in text.split()]
        if len(self.labelled) < 2:
            raise SystemExit("the corpus needs at least two labelled texts")

    def rows(self, count):
        """`count` pairs of text and label: the real sentences in seeded order, then combinations."""
        rng, seen = random.Random(SEED), set()
        real = list(self.labelled)
        rng.shuffle(real)
        for row in real[:count]:
            seen.add(hash(row[0]))
            yield row
        made = min(count, len(real))
        while made < count:
            text, label = self.combined(rng)
            if hash(text) not in seen:
                seen.add(hash(text))
                made += 1
                yield text, label

    def combined(self, rng):
        """Head of one sentence with its label, continued by tails of others up to a random length."""
        text, label = rng.choice(self.labelled)
        words = text.split()
        wanted = rng.randint(*ROW_WORDS)
        head = words[: max(1, len(words) * rng.randint(60, 95) // 100)]
        while len(head) < wanted:
            tail = rng.choice(self.labelled)[0].split()
            head += tail[-max(1, len(tail) * rng.randint(30, 70) // 100) :]
        for _ in range(EXCHANGED):
            head[rng.randrange(len(head))] = rng.choice(self.words)
        return " ".join(head), label

    def articles(self, size):
        """Articles of together at least `size` bytes of text, as (text, bytes)."""
        rng, written = random.Random(SEED + 1), 0
        while written < size:
            left, paragraphs = rng.randint(8, 24), []
            while left > 0:
                length = min(left, rng.randint(2, 4))
                paragraphs.append(" ".join(self.sentence(rng) for _ in range(length)))
                left -= length
            text = "\n".join(paragraphs)
            length = len(text.encode())
            written += length
            yield text, length

    def sentence(self, rng):
        return rng.choice(self.prose) if rng.random() < 0.5 else rng.choice(self.labelled)[0]


def sentences(line):
    """A rough cut, good enough for shuffling."""
    return [s for s in re.split(r"(?<=[.!?]) +(?=[A-Z])", line.strip()) if s]


def read_jsonl(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def to_json(record):
    return json.dumps(record, ensure_ascii=False) + "\n"


def vw_line(text, label):
    """Vowpal Wabbit's format has no quotes for its own signs."""
    return f"{label} | " + re.sub(r"[:|]", " ", text.lower()) + "\n"


def write_rows(pool, out, count):
    """The same rows in each tool's format, one in twenty held out. Returns what was written."""
    numbers, sizes = {label: n + 1 for n, label in enumerate(sorted({row[1] for row in pool.labelled}))}, {}
    names = [f"{part}.{kind}" for part in ("train", "held") for kind in ("jsonl", "ft", "vw")]
    files = {name: open(out / name, "w", encoding="utf-8") for name in names}
    for n, (text, label) in enumerate(pool.rows(count + count // (HELD_OUT - 1))):
        part = "held" if n % HELD_OUT == HELD_OUT - 1 else "train"
        files[f"{part}.jsonl"].write(to_json({"id": str(n), "text": text, "label": label}))
        files[f"{part}.ft"].write(f"__label__{label} {text}\n")
        files[f"{part}.vw"].write(vw_line(text, numbers[label]))
        rows, size = sizes.get(part, (0, 0))
        sizes[part] = rows + 1, size + len(text.encode())
    for file in files.values():
        file.close()
    return {f"{part}_rows": sizes[part][0] for part in sizes} | {f"{part}_bytes": sizes[part][1] for part in sizes}


def write_articles(pool, out, size):
    """As JSON Lines and as lines of plain text."""
    count = total = 0
    with (
        open(out / "docs.jsonl", "w", encoding="utf-8") as objects,
        open(out / "docs.txt", "w", encoding="utf-8") as lines,
    ):
        for text, length in pool.articles(size):
            objects.write(to_json({"id": str(count), "text": text}))
            lines.write(text.replace("\n", " ") + "\n")
            count, total = count + 1, total + length
    return {"docs": count, "docs_bytes": total}


def main():
    parser = argparse.ArgumentParser(description="Build the corpus for measuring.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--docs-mb", type=float, default=200)
    parser.add_argument("--from", dest="files", nargs="+", type=Path, default=[], metavar="FILE.jsonl")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    pool = Pool(args.files)
    facts = {"real_sentences": len(pool.labelled), "labels": len({label for _, label in pool.labelled})}
    facts |= write_rows(pool, args.out, args.rows) | write_articles(pool, args.out, args.docs_mb * 1e6)
    (args.out / "corpus.json").write_text(json.dumps(facts) + "\n")
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
