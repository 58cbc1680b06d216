import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { AnswerReply } from './lean-routes.ts';

/** The reply of a request that went past Fastify. It is its own request: by it it is known who asks. */
export class LeanReply implements AnswerReply {
  readonly raw: ServerResponse;
  /** Told before a stream begins. */
  onStream: (() => void) | undefined;
  private code = 200;
  private readonly names = new Map<string, string>().set('x-content-type-options', 'nosniff');

  constructor(raw: ServerResponse) {
    this.raw = raw;
  }

  get request(): object {
    return this;
  }

  status(code: number): this {
    this.code = code;
    return this;
  }

  header(name: string, value: string): this {
    this.names.set(name, value);
    return this;
  }

  headers(values: Readonly<Record<string, string>>): this {
    for (const [name, value] of Object.entries(values)) this.header(name, value);
    return this;
  }

  send(body: string | Readable | object): void {
    const { raw } = this;
    if (raw.destroyed) return;
    if (body instanceof Readable) return this.stream(body);
    const text = typeof body === 'string' ? body : this.json(body);
    this.header('content-length', String(Buffer.byteLength(text)));
    this.writeHead();
    raw.end(text);
  }

  /** Its type says its letters, as Fastify has it. */
  private json(document: object): string {
    const type = this.names.get('content-type') ?? 'application/json';
    if (!type.includes('charset')) this.header('content-type', `${type}; charset=utf-8`);
    return JSON.stringify(document);
  }

  private stream(body: Readable): void {
    const { raw } = this;
    this.onStream?.();
    raw.once('close', () => body.destroy());
    body.once('error', () => raw.destroy());
    this.writeHead();
    body.pipe(raw);
  }

  private writeHead(): void {
    const head: string[] = [];
    for (const [name, value] of this.names) head.push(name, value);
    this.raw.writeHead(this.code, head);
  }
}
