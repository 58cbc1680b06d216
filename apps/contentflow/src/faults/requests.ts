import type { Random } from '@contentflow/kernel';
import { setTimeout as pause } from 'node:timers/promises';

const ANSWERS_WITHIN_MS = 20_000;
const SETTLES_WITHIN_MS = 180_000;
const HOSTILE = ['constructor', '__proto__', 'a "quoted" word', 'naïve 🚀', 'line\nbreak'];
const CONTENT_TYPES = ['ad_copy', 'product_description'] as const;

export type Kind = 'content' | 'batch' | 'feedback' | 'engagement';

/** A request with its key, and what it was answered; sent again until there is an answer, as a careful caller would. */
export interface Keyed {
  readonly kind: Kind;
  readonly key: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Once it was answered. */
  id?: string;
  readonly contents: string[];
}

/** Told of each answer to what was sent for the first time or again; nothing where none came. */
export type OnAnswer = (answer: Pick<Answer, 'status' | 'text' | 'retryAfter'> | undefined) => void;

export interface RequestSettings {
  readonly onAnswer?: OnAnswer;
  /** What is shown, where keys are asked for. */
  readonly apiKey?: string | undefined;
  /** Of how many things texts are asked for, so that units of experiments come back; of another one each time where left out. */
  readonly topics?: number;
}

/** What callers send, and what they were told. */
export class Requests {
  readonly sent: Keyed[] = [];
  readonly violations: string[] = [];
  repeats = 0;
  conflicts = 0;
  private readonly random: Random;
  private readonly settings: RequestSettings;
  private briefs = 0;
  private made: string[] = [];

  constructor(random: Random, settings: RequestSettings = {}) {
    this.random = random;
    this.settings = settings;
  }

  /** So many at once, to any of these: new ones, unanswered ones, repeats, other bodies under keys that were answered. */
  async burst(urls: readonly string[], count: number): Promise<void> {
    await this.look(urls);
    await Promise.all(
      Array.from({ length: count }, async () => {
        const draw = this.random.next();
        const answered = this.sent.filter(({ id }) => id !== undefined);
        if (draw < 0.15 && answered.length > 0) return this.repeat(this.one(urls), this.one(answered));
        if (draw < 0.2 && answered.length > 0) return this.clash(this.one(urls), this.one(answered));
        if (draw < 0.35 && this.unanswered().length > 0) return this.send(this.one(urls), this.one(this.unanswered()));
        const request = this.fresh();
        // Some callers are impatient and send the same twice at once.
        const times = this.random.next() < 0.3 ? 2 : 1;
        await Promise.all(Array.from({ length: times }, () => this.send(this.one(urls), request)));
      }),
    );
  }

  /** Until each has its answer. */
  async settle(url: string): Promise<void> {
    const until = performance.now() + SETTLES_WITHIN_MS;
    while (this.unanswered().length > 0 && performance.now() < until) {
      await Promise.all(this.unanswered().map((request) => this.send(url, request)));
      if (this.unanswered().length > 0) await pause(200);
    }
    for (const { key, kind } of this.unanswered()) this.violations.push(`${kind} ${key} was never answered`);
  }

  unanswered(): Keyed[] {
    return this.sent.filter(({ id }) => id === undefined);
  }

  /** What has been made, and can be rated. */
  private async look(urls: readonly string[]): Promise<void> {
    const answer = await this.ask(this.one(urls), '/v1/content?status=generated&limit=50');
    const items = (answer?.body['items'] ?? []) as { id: string }[];
    if (items.length > 0) this.made = items.map(({ id }) => id);
  }

  private fresh(): Keyed {
    const draw = this.random.next();
    const key = `key-${this.sent.length}`;
    const rated = this.made.length > 0 ? this.one(this.made) : undefined;
    const request: Keyed =
      rated !== undefined && draw < 0.25
        ? { kind: 'feedback', key, path: `/v1/content/${rated}/feedback`, body: this.rating(), contents: [] }
        : rated !== undefined && draw < 0.35
          ? { kind: 'engagement', key, path: `/v1/content/${rated}/engagement`, body: this.click(), contents: [] }
          : draw < 0.45
            ? { kind: 'batch', key, path: '/v1/content/batch', body: this.batch(), contents: [] }
            : { kind: 'content', key, path: '/v1/content', body: this.brief(), contents: [] };
    this.sent.push(request);
    return request;
  }

  private brief(): Record<string, unknown> {
    const topic = `item ${1 + (this.briefs++ % (this.settings.topics ?? Infinity))} of a shop`;
    const brief = { contentType: this.one(CONTENT_TYPES), topic, cache: 'off' };
    return this.random.next() < 0.1 ? { ...brief, tone: this.one(HOSTILE), audience: this.one(HOSTILE) } : brief;
  }
  private batch(): Record<string, unknown> {
    const length = 1 + Math.floor(this.random.next() * 4);
    return {
      briefs: Array.from({ length }, () => this.brief()).map(({ cache: _cache, ...brief }) => brief),
      cache: 'off',
    };
  }
  private rating(): Record<string, unknown> {
    return { rating: 1 + Math.floor(this.random.next() * 5), rater: `rater-${this.sent.length}` };
  }
  private click(): Record<string, unknown> {
    return { kind: 'click', rater: `rater-${this.sent.length}` };
  }

  private async send(url: string, request: Keyed): Promise<void> {
    const turned = Object.fromEntries(Object.entries(request.body).reverse());
    const body = this.random.next() < 0.5 ? turned : request.body;
    const answer = await this.ask(url, request.path, { body, key: request.key });
    this.settings.onAnswer?.(answer);
    if (!answer || isForLater(answer.status)) return;
    if (answer.status >= 300)
      return void this.violations.push(`${request.kind} ${request.key}: ${answer.status} ${answer.text}`);
    const id = String(answer.body['id']);
    if (request.id !== undefined && request.id !== id)
      this.violations.push(`${request.kind} ${request.key} was answered ${request.id}, then ${id}`);
    if (request.id !== undefined) return;
    request.id = id;
    if (request.kind === 'content') request.contents.push(id);
    if (request.kind === 'batch')
      request.contents.push(...(answer.body['items'] as { id: string }[]).map((item) => item.id));
  }

  private async repeat(url: string, request: Keyed): Promise<void> {
    this.repeats++;
    await this.send(url, request);
  }

  private async clash(url: string, request: Keyed): Promise<void> {
    this.conflicts++;
    const other =
      request.kind === 'batch'
        ? { briefs: [this.brief()] }
        : { ...request.body, cache: 'any', rating: 3, kind: 'view' };
    const answer = await this.ask(url, request.path, { body: other, key: request.key });
    if (answer && answer.status !== 422 && !isForLater(answer.status))
      this.violations.push(`${request.kind} ${request.key}: another body was answered ${answer.status}`);
  }

  /** Nothing where no answer came. */
  private async ask(
    url: string,
    path: string,
    { body, key }: { readonly body?: object; readonly key?: string } = {},
  ): Promise<Answer | undefined> {
    const { apiKey } = this.settings;
    try {
      const response = await fetch(`${url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
        headers: {
          'content-type': 'application/json',
          ...(key !== undefined && { 'idempotency-key': key }),
          ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const retryAfter = response.headers.get('retry-after') ?? undefined;
      return { status: response.status, text, retryAfter, body: JSON.parse(text) as Answer['body'] };
    } catch {
      return undefined;
    }
  }

  private one<T>(of: readonly T[]): T {
    return of[Math.floor(this.random.next() * of.length)] as T;
  }
}

/** Overloaded, not ready, not there yet, another is at it. */
const isForLater = (status: number): boolean => status >= 500 || [404, 409, 429].includes(status);

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}
