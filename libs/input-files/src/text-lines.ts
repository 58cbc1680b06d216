import { usageError } from '@contentflow/kernel';
import { type Encoding, encodingOf, lossFix, lossIn } from './encoding.ts';
import { bytesOf, chunksOf } from './input-bytes.ts';

/** A line without its end. `number` counts from 1, as editors do. */
export interface Line {
  readonly number: number;
  readonly text: string;
  /** Longer than any row has reason to be: only its beginning is here. */
  readonly isCut?: true;
}

/** The longest line that is read, in UTF-16 code units. */
export const MAX_LINE = 4_000_000;

/**
 * All of a text file: UTF-8, or UTF-16 where its bytes say so, without the byte order mark.
 * @throws ContentFlowError `usage`, naming the file, and the line and column of what is in another encoding
 */
export function readText(file: string): string {
  const bytes = bytesOf(file);
  const encoding = encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  text.split('\n').forEach((line, index) => refuseLoss(file, { number: index + 1, text: line }, encoding));
  return text;
}

/** @throws ContentFlowError `usage`, naming the place */
export function refuseLoss(file: string, { number, text }: Line, encoding: Encoding): void {
  const loss = lossIn(text, encoding);
  if (loss !== undefined) throw usageError(`"${file}": line ${number}, ${loss}`, lossFix(encoding));
}

/** The lines of a file of any size, and how it was read. Ends of lines are those of Unix, Windows or, where a file knows no other, the old Mac. */
export interface TextLines {
  /** Known once the first line has come. */
  readonly encoding: Encoding;
  readonly lines: AsyncGenerator<Line>;
}

/** @throws ContentFlowError `usage`, naming the file; bytes that are no text come as U+FFFD */
export function linesOf(file: string): TextLines {
  let encoding: Encoding = 'utf-8';
  async function* lines(): AsyncGenerator<Line> {
    let decoder: TextDecoder | undefined;
    const splitter = new LineSplitter();
    for await (const chunk of chunksOf(file)) {
      if (!decoder) {
        encoding = encodingOf(chunk);
        decoder = new TextDecoder(encoding);
      }
      yield* splitter.add(decoder.decode(chunk, { stream: true }));
    }
    yield* splitter.add(decoder?.decode() ?? '');
    yield* splitter.last();
  }
  return {
    get encoding() {
      return encoding;
    },
    lines: lines(),
  };
}

/** Cuts text that comes in pieces at its line ends: at line feeds alone, since a JSON text may hold every other separator. */
class LineSplitter {
  private end: '\n' | '\r' | undefined;
  private rest = '';
  private isCut = false;
  private number = 0;

  *add(text: string): Generator<Line> {
    this.rest += text;
    this.end ??= this.rest.includes('\n') ? '\n' : /\r[^\n]/.test(this.rest) ? '\r' : undefined;
    if (this.end === undefined) return;
    const lines = this.rest.split(this.end);
    this.rest = lines.pop() as string;
    for (const line of lines) yield this.line(line);
    if (this.rest.length <= MAX_LINE) return;
    this.isCut = true;
    this.rest = this.rest.slice(0, MAX_LINE);
  }

  /** A file that ends with a line end has no line after it. */
  *last(): Generator<Line> {
    if (this.rest !== '') yield this.line(this.rest);
  }

  private line(text: string): Line {
    const isCut = this.isCut || text.length > MAX_LINE;
    this.isCut = false;
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
    return { number: ++this.number, text: isCut ? whole.slice(0, MAX_LINE) : whole, ...(isCut ? { isCut } : {}) };
  }
}
