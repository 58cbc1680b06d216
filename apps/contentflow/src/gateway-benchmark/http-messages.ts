import type { Socket } from 'node:net';

/** One HTTP/1.1 message with a body of a stated length, as all are in this benchmark. */
export interface HttpMessage {
  /** The first line and the headers. */
  readonly head: string;
  readonly body: Buffer;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/**
 * Hands over each message that arrives on a connection, and no more than that: what measures must cost little.
 * A message without `content-length` ends the connection with an error.
 */
export function onMessages(socket: Socket, handle: (message: HttpMessage) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const headEnds = pending.indexOf(END_OF_HEAD);
      if (headEnds < 0) return;
      const head = pending.toString('latin1', 0, headEnds);
      const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
      if (length === undefined) return void socket.destroy(new Error(`a message of unknown length: ${head}`));
      const bodyStarts = headEnds + END_OF_HEAD.length;
      const ends = bodyStarts + Number(length);
      if (pending.length < ends) return;
      const body = pending.subarray(bodyStarts, ends);
      pending = pending.subarray(ends);
      handle({ head, body });
    }
  });
}
