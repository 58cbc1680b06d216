import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { codeVersion } from './code-version.ts';

/** Hidden, as what belongs to the folder's place and to no copy of it. */
const PLACE = '.checked.json';

/**
 * What SQLite files of a folder were like when processes that had read them through left them. One that nobody has touched since, by the
 * system's own account, is as sound as it was: a start need not wait until all of it has been read again, however much history there is.
 * After a kill, a copy, a restore or another release nothing is taken for checked. A disk that changes what it holds without
 * being told to is not seen by this: see `LaterCheck`.
 */
export class CheckedFiles {
  private readonly place: string;
  private readonly found: ReadonlyMap<string, string>;
  private readonly opened = new Set<string>();

  constructor(private readonly folder: string) {
    this.place = join(folder, PLACE);
    this.found = this.read();
  }

  /** Whether the file is what a checked one was when it was left. Noted again at the end, whatever the answer: whoever asks checks what is not. */
  isUnchanged(file: string): boolean {
    this.opened.add(file);
    const mark = this.found.get(this.nameOf(file));
    return mark !== undefined && mark === markOf(file);
  }

  /** Once nothing of this process is written any more. What others still write to is left out. */
  leave(): void {
    const marks = this.read();
    for (const file of this.opened) {
      const mark = markOf(file);
      if (mark === undefined) marks.delete(this.nameOf(file));
      else marks.set(this.nameOf(file), mark);
    }
    try {
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(this.place, JSON.stringify({ code: codeVersion, files: Object.fromEntries(marks) }));
    } catch {
      // Without it the next start reads all of it.
    }
  }

  /** Nothing is taken for checked any more, by the next start either. */
  forget(): void {
    this.opened.clear();
    rmSync(this.place, { force: true });
  }

  private read(): Map<string, string> {
    try {
      const { code, files } = JSON.parse(readFileSync(this.place, 'utf8')) as { code?: unknown; files?: object };
      return new Map(code === codeVersion ? (Object.entries(files ?? {}) as [string, string][]) : []);
    } catch {
      return new Map();
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
