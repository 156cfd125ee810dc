//! Lines that are not the article.
