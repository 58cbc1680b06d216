import type { Scope } from '@contentflow/contracts';
import type { KeyBudget } from '@contentflow/language-models';

/** Who asks. */
export interface Identity {
  /** Of the key; undefined for the one from the environment. */
  readonly keyId?: string;
  /** The first of the keys whose place it took, or itself: what was asked for by one of them is theirs alike. */
  readonly account?: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly budget?: KeyBudget | undefined;
  /** Whether what this key asked for is theirs. */
  readonly owns?: (keyId: string) => boolean;
}

const IDENTITY = Symbol('who asks');

/** A request of Fastify, or the reply of one that went past it. */
interface Asking {
  [IDENTITY]?: Identity | undefined;
}

/** Who asks, where a key says so. */
export const identityOf = (request: object): Identity | undefined => (request as Asking)[IDENTITY];

/** From here on it is known who asks. */
export const identify = (request: object, identity: Identity): void => void ((request as Asking)[IDENTITY] = identity);

/** Whether who asks may see what a key asked for: a key for content alone sees its own, and is told of nothing else that it is there. */
export function mayAccess(request: object, { keyId: owner }: { readonly keyId?: string | undefined }): boolean {
  const identity = identityOf(request);
  if (!identity || identity.scopes.includes('read') || identity.scopes.includes('admin')) return true;
  return owner !== undefined && identity.owns?.(owner) === true;
}
