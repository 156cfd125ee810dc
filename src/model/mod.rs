//! A trained model: a linear function over features, everything needed to apply it, and the file it is kept in.

pub mod linear;
pub mod conformal;
pub mod calibration;
pub mod card;
pub mod trained;
pub mod format;

pub use trained::Model;
