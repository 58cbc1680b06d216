import { Worker } from 'node:worker_threads';
import type { SqliteDocuments } from './sqlite-documents.ts';
import type { Answer, Call } from './worker.ts';

type Method = keyof SqliteDocuments;

/** What it holds is short-lived and small. */
const YOUNG_MB = 4;

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread that reads and writes the documents of any number of files: calls are answered in the order they were made. */
export class DocumentsThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #files = 0;
  #end: unknown;

  /** Begun at once, so that it is there when the first file is opened. */
  constructor() {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker.on('message', (answer: Answer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the read-model thread has ended')));
    this.#worker.unref();
  }

  /** @throws what SQLite says of a file that it cannot open */
  async open(file: string): Promise<ThreadedDocuments> {
    const number = ++this.#files;
    await this.#call(number, 'open', [file]);
    return {
      call: <M extends Method>(method: M, ...args: Parameters<SqliteDocuments[M]>) =>
        this.#call(number, method, args) as Promise<ReturnType<SqliteDocuments[M]>>,
    };
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #call(file: number, method: Call['method'], args: unknown[]): Promise<unknown> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ id, file, method, args } satisfies Call);
    });
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('error' in answer) waiting?.reject(Object.assign(answer.error as Error, { errcode: answer.errcode }));
    else waiting?.resolve(answer.result);
  }

  #fail(error: unknown): void {
    this.#end ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }
}

/** The documents of one file, in a thread. */
export interface ThreadedDocuments {
  call<M extends Method>(method: M, ...args: Parameters<SqliteDocuments[M]>): Promise<ReturnType<SqliteDocuments[M]>>;
}
