import { ContentFlowError, hash128 } from '@contentflow/kernel';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';

/** How many answers are remembered. Commands also derive their events' ids from the key, so a repeat after that is void too. */
const REMEMBERED = 10_000;

const LONGEST_KEY = 255;

interface Answer {
  readonly body: string;
  readonly outcome: Promise<{ value: unknown; status: number; location: string | undefined }>;
}

/** `Idempotency-Key`: the same POST twice, also at once, is done once and answered twice. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly answers = new Map<string, Answer>();

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || typeof key !== 'string' || key === '') return next.handle();

    if (key.length > LONGEST_KEY)
      throw new ContentFlowError('invalid-request', `is longer than ${LONGEST_KEY} characters`, {
        field: 'Idempotency-Key',
      });
    const place = `${request.url} ${key}`;
    const body = hash128(JSON.stringify(request.body ?? null));
    const known = this.answers.get(place);
    if (known && known.body !== body)
      throw new ContentFlowError('idempotency-conflict', 'this Idempotency-Key came before with another body', {
        field: 'Idempotency-Key',
        mend: 'use a new key for a new request',
      });
    return from(known ? this.again(known, reply) : this.first(place, body, next, reply));
  }

  private async first(place: string, body: string, next: CallHandler, reply: FastifyReply): Promise<unknown> {
    const outcome = lastValueFrom(next.handle()).then((value: unknown) => ({
      value,
      status: reply.statusCode,
      location: reply.getHeader('location')?.toString(),
    }));
    this.remember(place, { body, outcome });
    outcome.catch(() => this.answers.delete(place));
    return (await outcome).value;
  }

  private async again({ outcome }: Answer, reply: FastifyReply): Promise<unknown> {
    const { value, status, location } = await outcome;
    void reply.status(status).header('idempotency-replayed', 'true');
    if (location) void reply.header('location', location);
    return value;
  }

  private remember(place: string, answer: Answer): void {
    this.answers.set(place, answer);
    if (this.answers.size > REMEMBERED) this.answers.delete(this.answers.keys().next().value as string);
  }
}

/** Whether the request names itself. */
export const hasKey = ({ headers }: FastifyRequest): boolean => Boolean(headers['idempotency-key']);

/** The id of a command: its idempotency key where it has one, so that its events have the same ids when it is repeated. */
export const commandId = (request: FastifyRequest, fresh: string): string => {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? hash128(`${request.url} ${key}`) : fresh;
};
