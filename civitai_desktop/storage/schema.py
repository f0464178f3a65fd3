"""The library's tables, as numbered scripts: script k brings a file to version k."""

_VERSION_1 = """
CREATE TABLE prompt (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
);

-- Holds the index only: of `search.words(prompt.text)`, under the prompt's id. `ascii` parts at the
-- spaces that are left there and takes every other letter as it is.
CREATE VIRTUAL TABLE prompt_words USING fts5 (
    words, content='', columnsize=0, tokenize='ascii'
);

CREATE TABLE generation (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    engine TEXT NOT NULL,
    form TEXT NOT NULL,
    step_type TEXT NOT NULL,
    input TEXT NOT NULL,
    prompt_id INTEGER NOT NULL REFERENCES prompt,
    quantity INTEGER NOT NULL,
    seed INTEGER,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    workflow_id TEXT,
    cost INTEGER,
    problem TEXT NOT NULL,
    dismissed INTEGER NOT NULL
);
CREATE INDEX generation_by_state ON generation (state, created_at);

-- No reference to generation: pictures read back from their files may have none here.
-- AUTOINCREMENT: an id names a thumbnail too, so a deleted picture's id must not come again.
CREATE TABLE image (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    generation_id TEXT NOT NULL,
    blob_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    prompt_id INTEGER NOT NULL REFERENCES prompt,
    engine TEXT NOT NULL,
    seed INTEGER,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    day INTEGER NOT NULL,
    micro BLOB NOT NULL,
    favourite INTEGER NOT NULL,
    UNIQUE (generation_id, blob_id)
);
CREATE INDEX image_by_day ON image (day, saved_at);
CREATE INDEX image_by_engine ON image (engine, day, saved_at);
CREATE INDEX image_by_prompt ON image (prompt_id, day, saved_at);
CREATE INDEX favourite_by_day ON image (day, saved_at) WHERE favourite;

-- What was saved and then deleted by the user: it still counts, and is not fetched again.
CREATE TABLE deleted_blob (
    generation_id TEXT NOT NULL,
    blob_id TEXT NOT NULL,
    PRIMARY KEY (generation_id, blob_id)
) WITHOUT ROWID;
"""

_VERSION_2 = """
-- Prompts as they were typed, alternatives and all, and when each was last submitted. They stay
-- when their pictures are deleted. Pictures read back from their files have no step_type: what
-- they show was not typed here.
CREATE TABLE typed_prompt (
    prompt_id INTEGER PRIMARY KEY REFERENCES prompt,
    used_at INTEGER NOT NULL
);
CREATE INDEX typed_prompt_by_use ON typed_prompt (used_at);
INSERT INTO typed_prompt
SELECT prompt_id, max(created_at) FROM generation WHERE step_type <> '' GROUP BY prompt_id;
"""

_VERSION_3 = """
-- Which wallet pays and whether mature content is allowed; what is left to Civitai is left out.
ALTER TABLE generation ADD COLUMN terms TEXT NOT NULL DEFAULT '{}';
"""

_VERSION_4 = """
-- What holds for all rows: 'root' is the folder that the relative paths of pictures start from.
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
"""

_VERSION_5 = """
-- Asked for every picture that is saved or read back.
CREATE INDEX image_by_path ON image (path);
"""

_VERSION_6 = """
-- Whose key it is sent with, and why it does not go on for the moment: JSON, or nothing in the rows
-- before, and where it goes on.
ALTER TABLE generation ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE generation ADD COLUMN hold TEXT NOT NULL DEFAULT '';
"""

_VERSION_7 = """
-- What Civitai did otherwise than it was asked, in words; empty where nothing is known of it.
ALTER TABLE generation ADD COLUMN deviations TEXT NOT NULL DEFAULT '';
"""

_VERSION_8 = """
-- What a picture's file looked like when it was last read: a look through the folder tells by it
-- what is unchanged, and by the digest what was moved. `sha256` stays that of the bytes as served;
-- the file may have our text beside them. Empty and null where it is not known.
ALTER TABLE image ADD COLUMN file_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE image ADD COLUMN modified_ns INTEGER;
ALTER TABLE image ADD COLUMN inode INTEGER NOT NULL DEFAULT 0;
-- Not there at the last look: such pictures are shown no more, and come back with their file.
ALTER TABLE image ADD COLUMN missing INTEGER NOT NULL DEFAULT 0;
CREATE INDEX image_by_sha256 ON image (sha256);
CREATE INDEX image_by_file ON image (file_sha256);
CREATE INDEX image_missing ON image (id) WHERE missing;
DROP INDEX image_by_day;
DROP INDEX image_by_engine;
DROP INDEX image_by_prompt;
DROP INDEX favourite_by_day;
CREATE INDEX image_by_day ON image (day, saved_at) WHERE NOT missing;
CREATE INDEX image_by_engine ON image (engine, day, saved_at) WHERE NOT missing;
CREATE INDEX image_by_prompt ON image (prompt_id, day, saved_at) WHERE NOT missing;
CREATE INDEX favourite_by_day ON image (day, saved_at) WHERE favourite AND NOT missing;

-- Files that are exactly a picture's own, and are not shown beside it.
CREATE TABLE copy (
    path TEXT PRIMARY KEY,
    image_id INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX copy_by_image ON copy (image_id);
"""

_VERSION_9 = """
-- No two generations have the same workflow: asked whenever one is submitted.
CREATE INDEX generation_by_workflow ON generation (workflow_id);
"""

MIGRATIONS = (
    _VERSION_1,
    _VERSION_2,
    _VERSION_3,
    _VERSION_4,
    _VERSION_5,
    _VERSION_6,
    _VERSION_7,
    _VERSION_8,
    _VERSION_9,
)
"""Scripts in order. One that has been released is never changed; add the next."""
