import { isContentFlowError } from '@contentflow/kernel';
import { mayAccess, PersonalData, PLATFORM, type Platform } from '@contentflow/nest-platform';
import { Inject, Injectable } from '@nestjs/common';
import type { ResponseLookup } from './conversation.ts';
import { RESPONSE_STORE, type ResponseStore, type StoredResponse } from './response-store.ts';

type Words = Pick<StoredResponse, 'input' | 'document'>;
const NO_WORDS: Words = { input: [], document: { output: [] } };

/** Responses as they are kept: where a request names its user, sealed under that person's key, so that they can be forgotten. */
@Injectable()
export class KeptResponses {
  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    @Inject(PLATFORM) private readonly platform: Pick<Platform, 'logger'>,
    private readonly personal: PersonalData,
  ) {}

  /** What cannot be sealed is not kept: its answer was paid for, and is given all the same. */
  async keep(response: StoredResponse, user: string | undefined): Promise<void> {
    if (user === undefined) return this.store.keep(response);
    const { id, at, input, document, ...about } = response;
    try {
      const personal = await this.personal.sealed(user, { input, document } satisfies Words, id, at);
      await this.store.keep({ id, at, ...about, ...NO_WORDS, personal });
    } catch (error) {
      if (!isContentFlowError(error, 'no-master-key')) throw error;
      this.platform.logger.warn({ err: error, response: id }, 'a response that names its user is not kept');
    }
  }

  /** Undefined also where its user was forgotten. */
  async find(id: string): Promise<StoredResponse | undefined> {
    const found = await this.store.find(id);
    if (!found?.personal) return found;
    const words = await this.personal.opened<Words>(found.personal, id);
    return words && { ...found, ...words };
  }

  /** What another key asked for is not there for one that may not read everything. */
  readableBy(asker: object): ResponseLookup {
    return {
      find: async (id) => {
        const found = await this.find(id);
        return found && mayAccess(asker, found) ? found : undefined;
      },
    };
  }

  remove(id: string): Promise<boolean> {
    return this.store.remove(id);
  }
}
