//! Folding, which makes one of the spellings of a word: lower case, accents off (`Guaidó` = `Guaido`), curly apostrophes
//! straight; and the hash of the folded form.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Seed of every token hash: part of the model format, never to change.
pub const HASH_SEED: u64 = 0x5354_414e_4345_0001;

/// Puts the folded form of a character at the end of `out`; combining marks vanish.
pub(super) fn fold_char(c: char, out: &mut Vec<u8>) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase() as u8);
        return;
    }
    let plain = match c {
        '’' | '‘' | 'ʼ' | '′' => "'",
        'ł' | 'Ł' => "l",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'ı' => "i",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ß' | 'ẞ' => "ss",
        _ => "",
    };
    if !plain.is_empty() {
        out.extend_from_slice(plain.as_bytes());
        return;
    }
    decompose_canonical(c, |part| {
        if !is_combining_mark(part) {
            let mut buffer = [0; 4];
            for lower in part.to_lowercase().filter(|l| !is_combining_mark(*l)) {
                out.extend_from_slice(lower.encode_utf8(&mut buffer).as_bytes());
            }
        }
    });
}

/// The folded form of a word.
///
/// ```
/// assert_eq!(stance::text::fold::fold("Guaidó’s"), "guaido's");
/// ```
pub fn fold(word: &str) -> String {
    let mut out = Vec::with_capacity(word.len());
    word.chars().for_each(|c| fold_char(c, &mut out));
    String::from_utf8(out).expect("folding writes whole characters")
}

/// The hash of a word as [`super::token::tokenize`] would give it: of its folded form.
pub fn hash_of(word: &str) -> u64 {
    // Nearly all words are short and ASCII: they need no string of their own.
    let mut folded = [0; 32];
    match folded.get_mut(..word.len()) {
        Some(folded) if word.is_ascii() => {
            folded.copy_from_slice(word.as_bytes());
            folded.make_ascii_lowercase();
            xxh3_64_with_seed(folded, HASH_SEED)
        }
        _ => xxh3_64_with_seed(fold(word).as_bytes(), HASH_SEED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_plain_and_accented_words_hash_by_their_folded_form() {
        let long = "Intervention".repeat(4);
        for word in ["", "No", "WON'T", "Guaidó", "I’m", &long] {
            assert_eq!(hash_of(word), xxh3_64_with_seed(fold(word).as_bytes(), HASH_SEED), "{word}");
        }
    }
}
