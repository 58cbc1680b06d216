import type { Agent, IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Deadline } from './deadline.ts';
import { MAX_REPLY_BYTES } from './failures.ts';
import { replyRoom } from './reply-room.ts';
import { noteUnanswered } from './unanswered.ts';

/** What a server answered. A document of JSON has come in whole, anything else is read as it comes. */
export interface ServerAnswer {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer | Readable;
}

export interface Hearing {
  readonly limit: Deadline;
  /** Told of the head of an answer with success, and of each piece of any. */
  readonly heard: () => void;
  /** Then what is called a document may be a stream, and is read as it comes. */
  readonly isStreamAsked: boolean;
}

/**
 * One request over undici's dispatch: a document is collected without a stream, since most answers are one and a stream costs more than what
 * it carries.
 * @throws what undici does; once the deadline is over, that it is
 */
export function exchanged(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  hearing: Hearing,
): Promise<ServerAnswer> {
  return new Promise((resolve, reject) => dispatcher.dispatch(request, new Exchange(hearing, resolve, reject)));
}

/** The same by Node's own client. */
export async function exchangedByNode(
  agent: Agent,
  url: URL,
  { method, headers, body }: Pick<Dispatcher.DispatchOptions, 'method' | 'headers'> & { readonly body: string },
  hearing: Hearing,
): Promise<ServerAnswer> {
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const length = { 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const exchange = new Exchange(hearing, resolve, reject);
    const asked = request(url, { method, agent, headers: { ...(headers as IncomingHttpHeaders), ...length } });
    let answer: Readable | undefined;
    const flow: Flow = {
      pause: () => answer?.pause(),
      resume: () => answer?.resume(),
      abort: (reason) => void asked.destroy(reason),
    };
    const failed = (error: Error): void => {
      if (asked.reusedSocket && !answer) noteUnanswered(error);
      exchange.onResponseError(flow, error);
    };
    exchange.onRequestStart(flow);
    asked.on('error', failed);
    asked.on('response', (message) => {
      answer = message;
      exchange.onResponseStart(flow, message.statusCode ?? 0, message.headers);
      message.on('data', (piece: Buffer) => exchange.onResponseData(flow, piece));
      message.on('end', () => exchange.onResponseEnd());
      message.on('error', failed);
    });
    asked.end(body);
  });
}

export const OVER = new Error('the deadline is over');

/** How an answer that comes is held up, and broken off. */
type Flow = Pick<Dispatcher.DispatchController, 'pause' | 'resume' | 'abort'>;

class Exchange implements Dispatcher.DispatchHandler {
  private readonly hearing: Hearing;
  private readonly resolve: (answer: ServerAnswer) => void;
  private readonly reject: (error: unknown) => void;
  private controller: Flow | undefined;
  private statusCode = 0;
  private headers: IncomingHttpHeaders = {};
  private stream: Readable | undefined;
  private readonly pieces: Buffer[] = [];
  private readonly kept = replyRoom.open();
  private size = 0;

  constructor(hearing: Hearing, resolve: (answer: ServerAnswer) => void, reject: (error: unknown) => void) {
    this.hearing = hearing;
    this.resolve = resolve;
    this.reject = reject;
    hearing.limit.whenOver(() => this.abort(OVER));
  }

  onRequestStart(controller: Flow): void {
    this.controller = controller;
    if (this.hearing.limit.isOver) controller.abort(OVER);
  }

  onResponseStart(_controller: Flow, statusCode: number, headers: IncomingHttpHeaders): void {
    if (statusCode < 200) return;
    if (statusCode < 300) this.hearing.heard();
    this.statusCode = statusCode;
    this.headers = headers;
    const isDocument = String(headers['content-type']).includes('json') && !headers['content-encoding'];
    if (isDocument && !this.hearing.isStreamAsked) return;
    this.stream = new Readable({
      read: () => this.controller?.resume(),
      destroy: (error, done) => {
        this.controller?.abort(error ?? OVER);
        done(error);
      },
    });
    // Its reader is told of what goes wrong; one that reads no more does not want to be.
    this.stream.on('error', () => undefined);
    this.resolve({ statusCode, headers, body: this.stream });
  }

  onResponseData(controller: Flow, piece: Buffer): void {
    this.hearing.heard();
    if (this.stream) {
      if (!this.stream.push(piece)) controller.pause();
      return;
    }
    try {
      this.kept.keep(piece.length);
    } catch (error) {
      return this.abort(error as Error);
    }
    this.pieces.push(piece);
    this.size += piece.length;
    // Who reads it says that it is too long.
    if (this.size <= MAX_REPLY_BYTES) return;
    this.answerWhole();
    controller.abort(OVER);
  }

  onResponseEnd(): void {
    if (this.stream) this.stream.push(null);
    else this.answerWhole();
  }

  onResponseError(_controller: Flow, error: Error): void {
    this.kept.end();
    if (this.stream) this.stream.destroy(error);
    else this.reject(error);
  }

  private answerWhole(): void {
    const { statusCode, headers, pieces } = this;
    this.kept.end();
    const body = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
    this.resolve({ statusCode, headers, body });
  }

  private abort(error: Error): void {
    this.reject(error);
    this.stream?.destroy(error);
    this.controller?.abort(error);
  }
}
