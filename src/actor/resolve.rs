//! What pronouns and descriptions refer to, inside one article.
