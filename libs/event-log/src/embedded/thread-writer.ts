import { ContentFlowError } from '@contentflow/kernel';
import { Worker } from 'node:worker_threads';
import type { LogWriter, Operation, Operations, Outcome } from './operations.ts';
import { fileError } from './sqlite-errors.ts';
import type { FromWriter, ToWriter } from './writer-messages.ts';

const DEFAULT_MAX_WAITING = 10_000;
/** What it holds is short-lived and small. */
const YOUNG_MB = 4;
const THREAD = new URL('./writer-thread.ts', import.meta.url);

interface Waiting {
  readonly weight: number;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/** Hands operations to the writer thread; a caller waits while more than a bounded number of events is under way. */
export class ThreadWriter implements LogWriter {
  private readonly worker: Worker;
  private readonly maxWaiting: number;
  private readonly waiting: Waiting[] = [];
  private readonly forRoom: (() => void)[] = [];
  private readonly ended: Promise<unknown>;
  private weight = 0;
  private outbox: Operation[] = [];
  private failure: unknown;

  static async open(options: { file: string; maxWaiting?: number }): Promise<ThreadWriter> {
    const worker = new Worker(THREAD, {
      workerData: { file: options.file },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', (error) => reject(fileError(options.file, error)));
    });
    return new ThreadWriter(worker, options.file, options.maxWaiting ?? DEFAULT_MAX_WAITING);
  }

  private constructor(worker: Worker, file: string, maxWaiting: number) {
    this.worker = worker;
    this.maxWaiting = maxWaiting;
    worker.on('message', (message: FromWriter) => this.settle(message));
    worker.on('error', (error) => this.fail(fileError(file, error)));
    this.ended = new Promise((resolve) => worker.once('exit', resolve));
    void this.ended.then(() => this.fail(closed(file)));
  }

  write<Kind extends keyof Operations>(
    kind: Kind,
    input: Operations[Kind]['input'],
  ): Promise<Operations[Kind]['outcome']> {
    const weight = 1 + ('events' in input ? input.events.length : 0);
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        if (this.failure) return reject(this.failure);
        this.weight += weight;
        this.waiting.push({ weight, resolve, reject });
        this.send({ kind, ...input } as Operation);
      };
      if (this.weight < this.maxWaiting && this.forRoom.length === 0) enter();
      else this.forRoom.push(enter);
    });
  }

  async close(): Promise<void> {
    this.flush();
    this.post('close');
    await this.ended;
  }

  /** All that one turn of the event loop asks for travels in one message. */
  private send(operation: Operation): void {
    if (this.outbox.length === 0) setImmediate(() => this.flush());
    this.outbox.push(operation);
  }

  private flush(): void {
    if (this.outbox.length === 0) return;
    const operations = this.outbox;
    this.outbox = [];
    this.post({ operations });
  }

  private post(message: ToWriter): void {
    this.worker.postMessage(message);
  }

  private settle(message: FromWriter): void {
    if (message === 'ready') return;
    if ('outcomes' in message) for (const outcome of message.outcomes) this.next().resolve(outcome);
    else for (let i = 0; i < message.failed; i++) this.next().reject(asError(message.error));
    this.admitWaiting();
  }

  private next(): Waiting {
    const waiting = this.waiting.shift()!;
    this.weight -= waiting.weight;
    return waiting;
  }

  private admitWaiting(): void {
    while (this.weight < this.maxWaiting && this.forRoom.length > 0) this.forRoom.shift()!();
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
    for (const enter of this.forRoom.splice(0)) enter();
  }
}

const asError = ({ code, problem }: { code: string; problem: string }): ContentFlowError =>
  new ContentFlowError(code, problem);

const closed = (file: string): ContentFlowError => new ContentFlowError('log-closed', `the log ${file} is closed`);
