import type { Sealed } from '@contentflow/contracts';
import { DAY_MS, hash128, isContentFlowError, LazyResource } from '@contentflow/kernel';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { openVault, type Vault, type VaultPlace } from '../adapters/open-vault.ts';
import { PLATFORM } from '../platform.ts';
import { KEY_BYTES, newNonce, open, seal } from './sealing.ts';
import type { SubjectKey } from './subject-keys.ts';

const PSEUDONYM_BYTES = 8;

/**
 * Seals what is said by and of persons, each under a key of their own, and opens it as long as that key is there. Keys are asked of their store each
 * time: what another process destroyed opens nothing here either.
 */
@Injectable()
export class PersonalData implements OnApplicationShutdown {
  private readonly vault: LazyResource<Vault>;

  constructor(@Inject(PLATFORM) place: VaultPlace) {
    this.vault = new LazyResource(() => openVault(place));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  close(): Promise<void> {
    return this.vault.close();
  }

  /** What the log calls this person, who gets a key where there is none yet. @param at  epoch milliseconds */
  async pseudonymOf(name: string, at: number): Promise<string> {
    return (await this.keyFor(name, at)).pseudonym;
  }

  /** @param place  what it belongs to: it opens nowhere else. @param at  epoch milliseconds */
  async sealed(name: string, words: object, place: string, at: number): Promise<Sealed> {
    const kept = await this.keyFor(name, at);
    const text = seal(await this.unwrapped(kept), JSON.stringify(words), place, newNonce(randomBytes));
    return { subject: kept.pseudonym, sealed: text };
  }

  /** Under the key of a person who is known already; undefined where they are forgotten. */
  async sealedFor(subject: string, words: object, place: string): Promise<Sealed | undefined> {
    const kept = await (await this.vault.get()).keys.byPseudonym(subject);
    if (!kept) return undefined;
    const key = await this.unwrapped(kept);
    return { subject, sealed: seal(key, JSON.stringify(words), place, newNonce(randomBytes)) };
  }

  /** Undefined where the person is forgotten, or it was sealed at another place. */
  async opened<Words extends object>({ subject, sealed }: Sealed, place: string): Promise<Words | undefined> {
    const kept = await (await this.vault.get()).keys.byPseudonym(subject);
    if (!kept) return undefined;
    try {
      return JSON.parse(open(await this.unwrapped(kept), sealed, place)) as Words;
    } catch (error) {
      if (isContentFlowError(error, 'sealed-otherwise')) return undefined;
      throw error;
    }
  }

  /** What the log calls this person, who gets nothing by being asked for. */
  async known(name: string): Promise<string | undefined> {
    const { master, keys } = await this.vault.get();
    return (await keys.byLookup(master.lookupOf(name)))?.pseudonym;
  }

  /** Destroys a key. @returns whether there was one */
  async destroy(pseudonym: string): Promise<boolean> {
    return (await this.vault.get()).keys.destroy(pseudonym);
  }

  /** Pseudonyms of whom nothing was said or asked since. @param time  epoch milliseconds */
  async unusedSince(time: number): Promise<string[]> {
    return (await this.vault.get()).keys.unusedSince(time);
  }

  /** Whether that is still so of one: meanwhile they may have been heard. */
  async isUnusedSince(pseudonym: string, time: number): Promise<boolean> {
    const kept = await (await this.vault.get()).keys.byPseudonym(pseudonym);
    return kept !== undefined && kept.usedAt < time;
  }

  private async keyFor(name: string, at: number): Promise<SubjectKey> {
    const { master, keys } = await this.vault.get();
    const lookup = master.lookupOf(name);
    const known = await keys.byLookup(lookup);
    const usedAt = Math.floor(at / DAY_MS) * DAY_MS;
    if (known) {
      if (known.usedAt < usedAt) await keys.used(known.pseudonym, usedAt);
      return known;
    }
    const pseudonym = randomBytes(PSEUDONYM_BYTES).toString('hex');
    const wrapped = seal(master.wrapping, randomBytes(KEY_BYTES).toString('base64'), pseudonym, newNonce(randomBytes));
    return keys.add({ pseudonym, lookup, wrapped, usedAt });
  }

  private async unwrapped({ wrapped, pseudonym }: SubjectKey): Promise<Uint8Array> {
    const { master } = await this.vault.get();
    return Buffer.from(open(master.wrapping, wrapped, pseudonym), 'base64');
  }
}

/** What earlier releases called a person, and a simulated day calls its readers: a hash that whoever knows the name can find. */
export const plainPseudonym = (name: string): string => hash128(`rater:${name}`).slice(0, 16);
