import { Injectable } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';

/** Where an answer goes: Fastify's reply, or that of a request which went past it. */
export interface AnswerReply {
  readonly raw: ServerResponse;
  /** By which it is known who asks. */
  readonly request: object;
  status(code: number): AnswerReply;
  header(name: string, value: string): AnswerReply;
  headers(values: Readonly<Record<string, string>>): AnswerReply;
  /** Text, a stream of it, or what is sent as JSON. */
  send(body: string | Readable | object): unknown;
}

/** A POST that is answered past Fastify and Nest: docs/adr/0033-lean-routes.md. */
export interface LeanRoute {
  /** As the API's description has it, without parameters. */
  readonly path: string;
  /**
   * Answers, errors too.
   * @param body  reads the body; throws what `ReadJson` does
   */
  answer(body: () => unknown, reply: AnswerReply): void;
}

/** The routes of this process that are answered so; whoever answers them says it when it is made. */
@Injectable()
export class LeanRoutes {
  private readonly routes = new Map<string, LeanRoute>();

  add(route: LeanRoute): void {
    this.routes.set(route.path, route);
  }

  at(path: string): LeanRoute | undefined {
    return this.routes.get(path);
  }
}
