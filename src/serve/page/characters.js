// Offsets of the API count Unicode scalar values, strings of JavaScript UTF-16 units: cutting happens here.

/** A text that is cut by offsets in characters. */
export class Characters {
  constructor(text) {
    this.text = text;
    // Outside the first plane a character is two units, and only then must they be told apart.
    this.list = /[\ud800-\udfff]/.test(text) ? Array.from(text) : null;
  }

  get length() {
    return this.list ? this.list.length : this.text.length;
  }

  slice(start, end = this.length) {
    return this.list ? this.list.slice(start, end).join("") : this.text.slice(start, end);
  }

  /** The words with their offsets, `[{text, start, end}]`; what stands between words is in none. */
  words(from = 0, to = this.length) {
    const words = [];
    let at = from;
    for (const piece of this.slice(from, to).match(/\s+|[\p{L}\p{M}\p{N}]+(?:['’.-][\p{L}\p{M}\p{N}]+)*|[^\s]/gu) || []) {
      const end = at + (this.list ? Array.from(piece).length : piece.length);
      if (piece.trim()) words.push({ text: piece, start: at, end });
      at = end;
    }
    return words;
  }
}
