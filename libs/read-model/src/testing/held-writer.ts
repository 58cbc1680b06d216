import type { Document, Positions } from '@contentflow/kernel';
import type { CollectionWriter, DocumentState, WriteOutcome } from '../read-model.ts';

/** A writer that stops before and after each load until told to go on, so that a test decides who writes in between. */
export class HeldWriter<Doc extends Document> implements CollectionWriter<Doc> {
  isFinished = false;
  readonly #writer: CollectionWriter<Doc>;
  #hold = signal();
  #arrival = signal();

  constructor(writer: CollectionWriter<Doc>) {
    this.#writer = writer;
  }

  positions(): Promise<Positions> {
    return this.#writer.positions();
  }

  async load(ids: readonly string[]): Promise<ReadonlyMap<string, DocumentState<Doc>>> {
    await this.#held();
    const loaded = await this.#writer.load(ids);
    await this.#held();
    return loaded;
  }

  write(changes: readonly DocumentState<Doc>[], positions: Positions): Promise<WriteOutcome> {
    return this.#writer.write(changes, positions);
  }

  /** Lets it go on, and waits until it stops again or has no more to do. */
  async step(): Promise<void> {
    await this.#arrival.promise;
    if (this.isFinished) return;
    const { resolve } = this.#hold;
    this.#hold = signal();
    this.#arrival = signal();
    resolve();
    await this.#arrival.promise;
  }

  #held(): Promise<void> {
    this.#arrival.resolve();
    return this.#hold.promise;
  }

  finish(): void {
    this.isFinished = true;
    this.#arrival.resolve();
  }
}

interface Signal {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function signal(): Signal {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
