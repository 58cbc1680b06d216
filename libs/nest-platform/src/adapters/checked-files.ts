import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { codeVersion } from './code-version.ts';
import { isEmptied } from './file-integrity.ts';

/** Hidden, as what belongs to the folder's place and to no copy of it. */
const PLACE = '.checked.json';

interface Left {
  /** Of files that were read through, what they were like. */
  readonly marks: Map<string, string>;
  /** Files that were there, whatever the release. */
  readonly present: Set<string>;
}

/**
 * What SQLite files of a folder were like when processes that had read them through left them. One that nobody has touched since, by the
 * system's own account, is as sound as it was: a start need not wait until all of it has been read again, however much history there is.
 * After a kill, a copy, a restore or another release nothing is taken for checked. A disk that changes what it holds without
 * being told to is not seen by this: see `LaterCheck`.
 */
export class CheckedFiles {
  private readonly place: string;
  private readonly found: Left;
  private readonly opened = new Set<string>();

  constructor(private readonly folder: string) {
    this.place = join(folder, PLACE);
    this.found = this.read();
  }

  /** Whether the file is what a checked one was when it was left. Noted again at the end, whatever the answer: whoever asks checks what is not. */
  isUnchanged(file: string): boolean {
    this.opened.add(file);
    const mark = this.found.marks.get(this.nameOf(file));
    return mark !== undefined && mark === markOf(file);
  }

  /** Whether the file was there when somebody left the folder, and is not now, or holds nothing. */
  isGone(file: string): boolean {
    this.opened.add(file);
    return this.found.present.has(this.nameOf(file)) && (!existsSync(file) || isEmptied(file));
  }

  /** Once nothing of this process is written any more. What others still write to is left out. */
  leave(): void {
    const { marks, present } = this.read();
    for (const file of this.opened) {
      const mark = markOf(file);
      if (mark === undefined) marks.delete(this.nameOf(file));
      else marks.set(this.nameOf(file), mark);
      if (existsSync(file)) present.add(this.nameOf(file));
    }
    this.write({ marks, present });
  }

  /** Nothing is taken for checked any more, by the next start either. */
  forget(): void {
    this.opened.clear();
    this.write({ marks: new Map(), present: this.read().present });
  }

  /** Somebody goes on without the file. */
  forgo(file: string): void {
    this.found.present.delete(this.nameOf(file));
    this.write(this.found);
  }

  private write({ marks, present }: Left): void {
    try {
      mkdirSync(this.folder, { recursive: true });
      const left = { code: codeVersion, files: Object.fromEntries(marks), present: [...present] };
      writeFileSync(this.place, JSON.stringify(left));
    } catch {
      // Without it the next start reads all of it.
    }
  }

  private read(): Left {
    try {
      const said = JSON.parse(readFileSync(this.place, 'utf8')) as {
        code?: unknown;
        files?: object;
        present?: string[];
      };
      const marks = said.code === codeVersion ? (Object.entries(said.files ?? {}) as [string, string][]) : [];
      return { marks: new Map(marks), present: new Set(said.present) };
    } catch {
      return { marks: new Map(), present: new Set() };
    }
  }

  private nameOf = (file: string): string => relative(this.folder, file);
}

/**
 * Which file it is, how long, and when anything of it or about it last changed, which nobody can set back. Undefined where there is
 * none, or where a part of it still lies in its write-ahead log.
 */
function markOf(file: string): string | undefined {
  const unmerged = `${file}-wal`;
  if (!existsSync(file) || (existsSync(unmerged) && statSync(unmerged).size > 0)) return undefined;
  const { ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
  return [ino, size, mtimeNs, ctimeNs].join(' ');
}
