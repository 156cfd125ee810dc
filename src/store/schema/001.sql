-- The first schema. Nothing that a person entered is ever deleted or overwritten: a later row withdraws an earlier one.
-- Times are UTC in ISO 8601; spans are bytes of `text`; stances are names of labels.

CREATE TABLE setting(
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
-- Decides every draw; up to 2^53, so that any program can hold it.
INSERT INTO setting VALUES ('seed', CAST(abs(random() % 9007199254740992) AS TEXT));

CREATE TABLE coder(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ'))
) STRICT;

CREATE TABLE article(
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    title TEXT,
    date TEXT,
    outlet TEXT,
    crisis TEXT,
    -- Bytes at the front of `text` that were put there from the title.
    title_len INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;

-- A unit of coding: one actor in one sentence. `number` counts the sentences of the article, `place` is the byte of the
-- article's text where the sentence begins.
CREATE TABLE unit(
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    article INTEGER REFERENCES article(id),
    number INTEGER,
    place INTEGER,
    text TEXT NOT NULL,
    actor TEXT,
    mention_start INTEGER,
    mention_end INTEGER,
    target_start INTEGER,
    target_end INTEGER,
    grp TEXT NOT NULL,
    -- Other fields of an item, as a JSON object.
    fields TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX unit_of_article ON unit(article, number);

-- A draw of units from the pool of those that no round has drawn before.
CREATE TABLE round(
    id INTEGER PRIMARY KEY,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')),
    -- Units drawn, of so many in the pool.
    size INTEGER NOT NULL,
    pool INTEGER NOT NULL,
    uniform_share REAL NOT NULL,
    seed INTEGER NOT NULL,
    -- The model whose uncertainty was used; null for the one that the program was started with.
    model INTEGER REFERENCES model(id)
) STRICT;

CREATE TABLE draw(
    unit INTEGER PRIMARY KEY REFERENCES unit(id),
    round INTEGER NOT NULL REFERENCES round(id),
    -- Order in which the units of a round are handed out, at random.
    place INTEGER NOT NULL,
    -- Inclusion probability within the round.
    probability REAL NOT NULL CHECK (probability > 0 AND probability <= 1),
    UNIQUE (round, place)
) STRICT;

-- Who is at work on what, in seconds since 1970, so that no two coders are handed the same unit.
CREATE TABLE lease(
    coder INTEGER PRIMARY KEY REFERENCES coder(id),
    unit INTEGER NOT NULL REFERENCES unit(id),
    until INTEGER NOT NULL
) STRICT;
CREATE INDEX lease_of_unit ON lease(unit);

CREATE TABLE label(
    id INTEGER PRIMARY KEY,
    -- Chosen by whoever sends the label, so that sending it again does no harm.
    client TEXT NOT NULL UNIQUE,
    unit INTEGER NOT NULL REFERENCES unit(id),
    coder INTEGER NOT NULL REFERENCES coder(id),
    stance TEXT,
    skipped INTEGER NOT NULL,
    flagged INTEGER NOT NULL,
    note TEXT NOT NULL,
    seconds REAL,
    round INTEGER REFERENCES round(id),
    probability REAL,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')),
    withdrawn TEXT,
    CHECK ((stance IS NULL) = (skipped = 1))
) STRICT;
-- One label of a coder for a unit counts; the others are history.
CREATE UNIQUE INDEX label_in_force ON label(unit, coder) WHERE withdrawn IS NULL;
CREATE INDEX label_of_coder ON label(coder, created);

-- What holds of a unit on whose label coders disagreed.
CREATE TABLE decision(
    id INTEGER PRIMARY KEY,
    client TEXT NOT NULL UNIQUE,
    unit INTEGER NOT NULL REFERENCES unit(id),
    coder INTEGER NOT NULL REFERENCES coder(id),
    stance TEXT NOT NULL,
    note TEXT NOT NULL,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')),
    withdrawn TEXT
) STRICT;
CREATE UNIQUE INDEX decision_in_force ON decision(unit) WHERE withdrawn IS NULL;

CREATE TABLE alias(
    id INTEGER PRIMARY KEY,
    actor TEXT NOT NULL,
    alias TEXT NOT NULL,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')),
    UNIQUE (actor, alias)
) STRICT;

CREATE TABLE unit_edit(
    id INTEGER PRIMARY KEY,
    unit INTEGER NOT NULL REFERENCES unit(id),
    coder INTEGER NOT NULL REFERENCES coder(id),
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ'))
) STRICT;

CREATE TABLE model(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    -- The model file.
    bytes BLOB NOT NULL,
    blake3 TEXT NOT NULL,
    -- The model it was compared with; null for the one that the program was started with.
    parent INTEGER REFERENCES model(id),
    items INTEGER NOT NULL,
    report TEXT,
    active INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ'))
) STRICT;
CREATE UNIQUE INDEX model_in_use ON model(active) WHERE active = 1;

CREATE TABLE import(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    blake3 TEXT NOT NULL,
    counts TEXT NOT NULL,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ'))
) STRICT;
