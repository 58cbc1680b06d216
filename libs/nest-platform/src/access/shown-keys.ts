import { type ApiKey, type ApiKeys, budgetOf, isOpen, isUnheardOf, keyShownBy } from './api-keys.ts';
import type { Identity } from './identity.ts';

/** Keys that are remembered at once: none is remembered before it has opened something, so that strangers take nobody's place. */
const MOST_REMEMBERED = 10_000;

/** A key that was shown, and whose it is. */
export interface Verified {
  readonly key: ApiKey;
  readonly identity: Identity;
}

export interface ShownKeysOptions {
  /** All keys as far as they are known in this process. */
  readonly known: () => ApiKeys;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Keys as they are shown. One that was found right is known again by its text, without a digest, for as long as what the log says of it is what was
 * said when it was found right; whether it is open is asked each time.
 */
export class ShownKeys {
  private readonly verified = new Map<string, Verified>();

  constructor(private readonly options: ShownKeysOptions) {}

  /** Whether a text has the form of a key that is not known here: another process may have made it just now. */
  isUnheardOf(text: string | undefined): boolean {
    return text !== undefined && !this.verified.has(text) && isUnheardOf(text, this.options.known());
  }

  /** The key that this text shows, where it opens anything at this time. */
  find(text: string): Verified | undefined {
    const keys = this.options.known();
    const remembered = this.verified.get(text);
    if (remembered && keys.get(remembered.key.id) === remembered.key)
      return isOpen(remembered.key, this.options.now()) ? remembered : undefined;
    const key = keyShownBy(text, keys, this.options.now());
    if (key) return this.remember(text, key);
    this.verified.delete(text);
    return undefined;
  }

  private remember(text: string, key: ApiKey): Verified {
    if (this.verified.size >= MOST_REMEMBERED) this.verified.clear();
    const verified = { key, identity: this.identityOf(key) };
    this.verified.set(text, verified);
    return verified;
  }

  private identityOf(key: ApiKey): Identity {
    const account = accountOf(key);
    const owns = (keyId: string): boolean => {
      const other = this.options.known().get(keyId);
      return keyId === key.id || (other !== undefined && accountOf(other) === account);
    };
    return { keyId: key.id, account, name: key.name, scopes: key.scopes, budget: budgetOf(key), owns };
  }
}

/** What a key shares with those that took its place. */
const accountOf = ({ id, account = id }: ApiKey): string => account;
