import { messageOf } from '@contentflow/kernel';
import { setTimeout as pause } from 'node:timers/promises';

/** Less than probes and people wait. */
const ANSWERS_WITHIN_MS = 2_500;

/**
 * Another server, asked whether it answers. Clients of servers that are away try again for minutes before they say so; who asks here is told after a moment, and
 * a question that has no answer yet is not put a second time.
 */
export class Questioned {
  private question: Promise<string | null> | undefined;

  constructor(
    private readonly ask: () => Promise<unknown>,
    private readonly withinMs = ANSWERS_WITHIN_MS,
  ) {}

  /** What it answers with, or that it does not; null where all is well. */
  problem(): Promise<string | null> {
    this.question ??= this.ask()
      .then(() => null, messageOf)
      .finally(() => (this.question = undefined));
    const silence = pause(this.withinMs, `it has not answered for ${this.withinMs / 1000} s`, { ref: false });
    return Promise.race([this.question, silence]);
  }
}
