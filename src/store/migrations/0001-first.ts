import type { Migration } from './migration.ts'

/**
 * The first schema.
 *
 * - Ids are never used again (AUTOINCREMENT): `runs show 12` can't come to mean another run.
 * - A measured number is REAL; NULL in such a column is NaN, see measured.ts. The nullable ratios (balanced_accuracy, macro_f1, auc,
 *   precision, recall, f1) are NULL where they are undefined.
 * - A row of `results` exists exactly while its run is done.
 * - Class columns (`label`, `true`, `predicted`, `position`) index the dataset's classes.
 * - Times are ISO 8601, UTC.
 */
export const first: Migration = {
  version: 1,
  sql: `
    CREATE TABLE datasets (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      fingerprint TEXT NOT NULL,
      classes TEXT NOT NULL CHECK (json_valid(classes)),
      split TEXT NOT NULL CHECK (split IN ('parity', 'random', 'grouped')),
      validation_fraction REAL NOT NULL,
      test_fraction REAL NOT NULL,
      split_seed INTEGER NOT NULL,
      simulated_labels INTEGER NOT NULL CHECK (simulated_labels IN (0, 1)),
      source TEXT CHECK (json_valid(source)),
      pixels TEXT NOT NULL,
      rejected TEXT NOT NULL CHECK (json_valid(rejected)),
      created TEXT NOT NULL
    ) STRICT;

    CREATE TABLE images (
      dataset INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      image TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      label INTEGER NOT NULL,
      part TEXT NOT NULL CHECK (part IN ('train', 'validation', 'test')),
      source_part TEXT CHECK (source_part IN ('train', 'validation', 'test')),
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      "offset" INTEGER NOT NULL,
      origin TEXT NOT NULL,
      PRIMARY KEY (dataset, position),
      UNIQUE (dataset, image)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE studies (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      dataset INTEGER NOT NULL REFERENCES datasets (id),
      spec TEXT NOT NULL CHECK (json_valid(spec)),
      engine TEXT CHECK (json_valid(engine)),
      created TEXT NOT NULL
    ) STRICT;
    CREATE INDEX studies_by_dataset ON studies (dataset);

    CREATE TABLE runs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      key TEXT NOT NULL UNIQUE,
      study INTEGER NOT NULL REFERENCES studies (id),
      model TEXT NOT NULL,
      policy TEXT NOT NULL,
      scenario TEXT NOT NULL,
      "index" INTEGER NOT NULL,
      seed INTEGER NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed', 'stopped')),
      error TEXT,
      engine TEXT,
      created TEXT NOT NULL,
      finished TEXT
    ) STRICT;
    CREATE INDEX runs_by_study ON runs (study);
    CREATE INDEX runs_by_status ON runs (status);

    CREATE TABLE study_runs (
      study INTEGER NOT NULL REFERENCES studies (id),
      position INTEGER NOT NULL,
      run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      PRIMARY KEY (study, position),
      UNIQUE (study, run)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX study_runs_by_run ON study_runs (run);

    CREATE TABLE results (
      run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
      epochs INTEGER NOT NULL,
      best_epoch INTEGER NOT NULL,
      stopped_by TEXT NOT NULL CHECK (stopped_by IN ('patience', 'epochs')),
      validation_loss REAL,
      final_validation_loss REAL,
      accuracy REAL,
      balanced_accuracy REAL,
      macro_f1 REAL,
      auc REAL,
      seconds REAL,
      weights TEXT NOT NULL
    ) STRICT;
    CREATE INDEX results_by_weights ON results (weights);

    CREATE TABLE epochs (
      run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      epoch INTEGER NOT NULL,
      train_loss REAL,
      validation_loss REAL,
      validation_accuracy REAL,
      images_per_second REAL,
      seconds REAL,
      PRIMARY KEY (run, epoch)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE confusion (
      run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      true INTEGER NOT NULL,
      predicted INTEGER NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (run, true, predicted)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE class_scores (
      run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      class TEXT NOT NULL,
      support INTEGER NOT NULL,
      precision REAL,
      recall REAL,
      f1 REAL,
      PRIMARY KEY (run, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE provenance (
      run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
      record TEXT NOT NULL CHECK (json_valid(record))
    ) STRICT;

    CREATE TABLE training_sets (
      sha256 TEXT PRIMARY KEY,
      images BLOB NOT NULL
    ) STRICT;

    CREATE TABLE training (
      run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
      training_set TEXT NOT NULL REFERENCES training_sets (sha256)
    ) STRICT;
    CREATE INDEX training_by_set ON training (training_set);

    CREATE TABLE notes (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      study INTEGER REFERENCES studies (id) ON DELETE CASCADE,
      run INTEGER REFERENCES runs (id) ON DELETE CASCADE,
      text TEXT NOT NULL,
      created TEXT NOT NULL,
      CHECK ((study IS NULL) <> (run IS NULL))
    ) STRICT;
    CREATE INDEX notes_by_study ON notes (study);
    CREATE INDEX notes_by_run ON notes (run);
  `,
}
