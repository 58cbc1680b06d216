/** What is known of objects, kept as long as they are. */
export interface NotesOnObjects<Key extends object, Note> {
  get(key: Key): Note | undefined;
  set(key: Key, note: Note): void;
}

/**
 * A `WeakMap` for very many objects that live for a short time, such as each event: the note lies in the object itself, where nothing but this
 * sees it, whether it is frozen or not. A `WeakMap` costs some 5 µs for each such object, most of them in garbage collections.
 */
export function notesOnObjects<Key extends object, Note>(): NotesOnObjects<Key, Note> {
  return class extends Itself {
    #note: Note;

    private constructor(key: Key, note: Note) {
      super(key);
      this.#note = note;
    }

    static get(key: Key): Note | undefined {
      return #note in key ? key.#note : undefined;
    }

    static set(key: Key, note: Note): void {
      if (#note in key) key.#note = note;
      else void new this(key, note);
    }
  };
}

/** What a constructor returns is what the fields of those that extend it are put on. */
class Itself {
  constructor(key: object) {
    return key;
  }
}
