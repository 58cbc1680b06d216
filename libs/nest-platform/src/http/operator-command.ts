import { derivedId } from '@contentflow/kernel';
import type { FastifyRequest } from 'fastify';
import { identityOf } from '../access/identity.ts';
import type { Platform } from '../platform.ts';
import { commandId } from './idempotency.ts';

/** Who says a word, when, and the id that its events follow from: the same when the request is repeated with its key. */
export interface OperatorCommand {
  readonly id: string;
  /** The name of the key that the request shows; where it shows none, what it says as `X-Operator`, or `operator`. */
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export function operatorCommand(
  request: FastifyRequest,
  { clock, instance, random }: Pick<Platform, 'clock' | 'instance' | 'random'>,
): OperatorCommand {
  const said = request.headers['x-operator'];
  return {
    id: commandId(request, derivedId(instance, `${clock.now()}-${random.next()}`)),
    by: identityOf(request)?.name ?? (typeof said === 'string' && said !== '' ? nameIn(said) : 'operator'),
    at: clock.now(),
  };
}

/** `UTF-8''%C5%81ukasz` as RFC 8187 has it, or as it stands. */
function nameIn(header: string): string {
  const [, encoded] = /^UTF-8''(.+)$/i.exec(header) ?? [];
  if (encoded === undefined) return header;
  try {
    const name = decodeURIComponent(encoded).trim();
    return name === '' || /\p{Cc}/u.test(name) ? header : name;
  } catch {
    return header;
  }
}
