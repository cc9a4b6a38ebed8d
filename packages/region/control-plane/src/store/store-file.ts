// The file <stateDir>/store.sqlite: one row per durable object, and what is known of the store as a whole.
//
//   objects(kind, key, value)   value: the object as JSON; key: "namespace/name" or "name"
//   facts(name, value)          revision: no resourceVersion above it was ever handed out; instance: whose addresses are in it
//
// A file that is not ours, is newer than this program, or is damaged is refused before SQLite may write to it.
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** "LOOP": SQLite's application_id of our files. */
const APPLICATION_ID = 0x4c4f4f50;
const FORMAT = 1;
/** SQLite file format, "The Database Header". */
const HEADER_BYTES = 100;
const FORMAT_OFFSET = 60;
const APPLICATION_OFFSET = 68;
const MAGIC = "SQLite format 3\0";

const schema = `
  CREATE TABLE objects (kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID;
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/** FULL also survives a power failure; NORMAL survives the death of the process (SQLite, "PRAGMA synchronous"). */
export type Durability = "process" | "power";

/** A row to write; without a value, to delete. */
export interface StoreRow {
  kind: string;
  key: string;
  value?: string;
}

export interface StoreContents {
  /** Each the JSON of an object. */
  objects: string[];
  facts: Record<string, string>;
}

export interface StoreFile {
  contents: StoreContents;
  commit(rows: readonly StoreRow[], facts: Readonly<Record<string, string>>): void;
  close(): void;
}

/** Opens or creates it for this process alone. Throws an Error whose message is the reason for E_STATE. */
export function openStoreFile(path: string, durability: Durability): StoreFile {
  const isNew = !existsSync(path) || readHeader(path) === undefined;
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // EXCLUSIVE keeps the lock as long as the process lives, however it ends.
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    if (isNew) {
      database.exec(`BEGIN EXCLUSIVE; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT}; ${schema} COMMIT`);
    }
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability === "power" ? "FULL" : "NORMAL"}`);
    // The lock is taken with the first write.
    database.exec("BEGIN IMMEDIATE; COMMIT");
    return { contents: readContents(database), commit: committer(database), close: () => database.close() };
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

/** Undefined for an empty file, which is a new one. */
function readHeader(path: string): Buffer | undefined {
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, "r");
  const length = readSync(file, header, 0, HEADER_BYTES, 0);
  closeSync(file);
  if (length === 0) return undefined;
  if (length < HEADER_BYTES || header.toString("latin1", 0, MAGIC.length) !== MAGIC)
    throw new Error("store.sqlite is damaged or is not a store of Loopway");
  if (header.readUInt32BE(APPLICATION_OFFSET) !== APPLICATION_ID) throw new Error("store.sqlite is a database of another program");
  const format = header.readUInt32BE(FORMAT_OFFSET);
  if (format !== FORMAT) throw new Error(`store.sqlite has format ${format}, this Loopway reads format ${FORMAT}`);
  return header;
}

function readContents(database: DatabaseSync): StoreContents {
  const objects = database.prepare("SELECT value FROM objects").all() as { value: string }[];
  const facts = database.prepare("SELECT name, value FROM facts").all() as { name: string; value: string }[];
  for (const { value } of objects) JSON.parse(value);
  return { objects: objects.map(({ value }) => value), facts: Object.fromEntries(facts.map(({ name, value }) => [name, value])) };
}

function committer(database: DatabaseSync): StoreFile["commit"] {
  const put = database.prepare("INSERT INTO objects VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value");
  const remove = database.prepare("DELETE FROM objects WHERE kind = ? AND key = ?");
  const state = database.prepare("INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value");
  return (rows, facts) => {
    database.exec("BEGIN IMMEDIATE");
    for (const { kind, key, value } of rows) {
      if (value === undefined) remove.run(kind, key);
      else put.run(kind, key, value);
    }
    for (const [name, value] of Object.entries(facts)) state.run(name, value);
    database.exec("COMMIT");
  };
}

/** SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_NOTADB. */
function reasonOf(error: unknown): string {
  const code = (error as { errcode?: number }).errcode;
  if (code === 5) return "another control plane is using it";
  if (code === 11 || code === 26 || error instanceof SyntaxError) return "store.sqlite is damaged";
  return `store.sqlite: ${error instanceof Error ? error.message : String(error)}`;
}
