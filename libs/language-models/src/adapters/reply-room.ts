import { ProviderError } from '../model-provider.ts';
import { UNKNOWN_TOKENS } from './usage.ts';

/** What is kept at most of all the replies that are being read at once: five of the longest. Bytes. */
export const MAX_KEPT_BYTES = 256 * 1024 * 1024;

/** The room that replies share while they are read: each may be long, but not all of them at once. */
export class ReplyRoom {
  private kept = 0;

  constructor(private readonly maxBytes = MAX_KEPT_BYTES) {}

  open(): KeptReply {
    let own = 0;
    return {
      keep: (bytes) => {
        own += bytes;
        this.kept += bytes;
        if (this.kept > this.maxBytes) throw fullRoom(this.maxBytes);
      },
      end: () => {
        this.kept -= own;
        own = 0;
      },
    };
  }
}

/** A reply that is being read. */
export interface KeptReply {
  /** @throws ProviderError where there is no room for it: it is no fault of the server, and may cost what was written */
  keep(bytes: number): void;
  end(): void;
}

/** Of this process. */
export const replyRoom = new ReplyRoom();

const fullRoom = (maxBytes: number): ProviderError =>
  new ProviderError('rate_limited', `the replies that are being read hold more than ${maxBytes} bytes together`, {
    isFinal: true,
    used: UNKNOWN_TOKENS,
  });
