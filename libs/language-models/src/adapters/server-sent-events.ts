import { createParser } from 'eventsource-parser';

/** What a stream of server-sent events holds: the data of an event, with its name where it has one, or a comment. */
export type Sent = { readonly data: string; readonly name?: string | undefined } | { readonly comment: string };

/** Events of these names, and those without data, only show that the server lives. */
const HEARTBEAT = /^(ping|heart-?beat|keep-?alive)$/i;

/**
 * Each event and each comment, as it arrives. An event that the stream ends on without a blank line counts too, since some model
 * servers close that way.
 * @param maxBytes  a stream may hold no more than this, in all
 * @throws RangeError beyond it
 */
export async function* serverSentEvents(body: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Sent> {
  const decoder = new TextDecoder();
  const arrived: Sent[] = [];
  const parser = createParser({
    onEvent: ({ data, event: name }) => {
      const isHeartbeat = data.trim() === '' || (name !== undefined && HEARTBEAT.test(name));
      arrived.push(isHeartbeat ? { comment: '' } : { data, name });
    },
    onComment: (comment) => void arrived.push({ comment }),
  });
  const lines = lineFeeds();
  let seen = 0;
  for await (const chunk of body) {
    seen += chunk.length;
    if (seen > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`);
    parser.feed(lines(decoder.decode(chunk, { stream: true })));
    yield* arrived.splice(0);
  }
  parser.feed(`${lines(decoder.decode())}\n\n`);
  yield* arrived;
}

/** The parser waits behind a carriage return for what may follow it, and so for the next event: here each kind of line end counts at once. */
function lineFeeds(): (text: string) => string {
  let isAfterReturn = false;
  return (text) => {
    if (text === '') return text;
    const fresh = isAfterReturn && text.startsWith('\n') ? text.slice(1) : text;
    isAfterReturn = text.endsWith('\r');
    return fresh.includes('\r') ? fresh.replaceAll(/\r\n?/g, '\n') : fresh;
  };
}
