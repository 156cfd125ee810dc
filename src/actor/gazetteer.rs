//! The gazetteer: who is an actor, and by which words it is named (TOML).
