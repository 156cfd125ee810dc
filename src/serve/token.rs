//! The token that a server demands where others than this machine can reach it.

use rand::TryRng;
use rand::rngs::SysRng;

use crate::error::{Error, Result};

/// Bytes of randomness in a token: 256 bits cannot be guessed.
const BYTES: usize = 32;
/// The shortest token that a person may choose.
const SHORTEST: usize = 16;

/// A secret that clients must show. It is compared by its BLAKE3 hash, whose equality takes the same time wherever the
/// first difference is, so that answers do not tell how much of a guess was right.
#[derive(Clone)]
pub struct Token {
    text: String,
    hash: blake3::Hash,
}

impl Token {
    /// A new token: 256 bits from the operating system, in hexadecimal.
    ///
    /// # Errors
    /// A system that has no randomness to give.
    pub fn generate() -> Result<Token> {
        let mut bytes = [0; BYTES];
        SysRng.try_fill_bytes(&mut bytes).map_err(|e| Error::io("random numbers", std::io::Error::other(e)))?;
        Ok(Token::of(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// A token that somebody chose; white space around it does not count.
    ///
    /// # Errors
    /// Fewer than 16 characters, or others than letters, digits, `-`, `_`, `.` and `~`: a token must fit into an address
    /// and a cookie as it is.
    pub fn chosen(text: &str) -> Result<Token> {
        let text = text.trim();
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
        if text.len() < SHORTEST || !text.chars().all(fits) {
            let value = format!("({} characters)", text.chars().count());
            let allowed = "take 16 or more of letters, digits, -, _, . and ~; without the file one is made up";
            return Err(Error::setting("token-file", value, allowed));
        }
        Ok(Token::of(text.into()))
    }

    fn of(text: String) -> Token {
        Token { hash: blake3::hash(text.as_bytes()), text }
    }

    /// The secret itself, to be shown once to whoever started the server.
    pub fn secret(&self) -> &str {
        &self.text
    }

    /// Whether this is the token.
    pub fn is(&self, candidate: &str) -> bool {
        blake3::hash(candidate.as_bytes()) == self.hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_are_told_apart() {
        let (one, other) = (Token::generate().unwrap(), Token::generate().unwrap());
        assert_eq!(one.secret().len(), 64);
        assert!(one.is(one.secret()) && !one.is(other.secret()) && !one.is("") && !one.is(&one.secret()[1..]));
    }

    #[test]
    fn chosen_tokens_are_long_and_plain() {
        assert!(Token::chosen(" correct-horse-battery\n").unwrap().is("correct-horse-battery"));
        for bad in ["", "short", "has a space in the middle", "semicolon;semicolon", "ümlaut-ümlaut-ümlaut"] {
            assert!(Token::chosen(bad).is_err(), "{bad}");
        }
    }
}
