/** The key of one person, as it is kept. */
export interface SubjectKey {
  /** What the log calls the person: random, and the person's only as long as this record is there. */
  readonly pseudonym: string;
  /** Keyed hash of the name. */
  readonly lookup: string;
  /** The key, sealed under the master key. */
  readonly wrapped: string;
  /** Epoch milliseconds, to the day. */
  readonly usedAt: number;
}

/**
 * The keys of persons: the one store that forgets. It stands apart from the log and the documents, and no backup of those holds it, so that what is
 * destroyed here is destroyed in every copy of them. Shared by every process of an installation.
 */
export interface SubjectKeys {
  /** Of the master key that these keys are wrapped by: the first that was said, for ever. */
  fingerprint(): Promise<string | undefined>;
  keepFingerprint(fingerprint: string): Promise<void>;
  byLookup(lookup: string): Promise<SubjectKey | undefined>;
  byPseudonym(pseudonym: string): Promise<SubjectKey | undefined>;
  /** Keeps it where the person has none yet. @returns the one that is kept */
  add(key: SubjectKey): Promise<SubjectKey>;
  used(pseudonym: string, at: number): Promise<void>;
  /** Pseudonyms whose keys were last used before. */
  unusedSince(time: number): Promise<string[]>;
  /** Nothing of it is left in the store's files once this resolves. @returns whether there was one */
  destroy(pseudonym: string): Promise<boolean>;
  close(): Promise<void>;
}
