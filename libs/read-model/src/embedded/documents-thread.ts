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

/** The documents in a thread of their own: calls are answered in the order they were made. */
export class DocumentsThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #end: unknown;

  constructor(file: string) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { file },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker.on('message', (answer: Answer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the read-model thread has ended')));
    this.#worker.unref();
  }

  call<M extends Method>(method: M, ...args: Parameters<SqliteDocuments[M]>): Promise<ReturnType<SqliteDocuments[M]>> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (result) => resolve(result as ReturnType<SqliteDocuments[M]>), reject });
      this.#worker.ref();
      this.#worker.postMessage({ id, method, args } satisfies Call);
    });
  }

  async close(): Promise<void> {
    await this.call('close');
    await this.#worker.terminate();
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
