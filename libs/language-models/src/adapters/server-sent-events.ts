import { createParser } from 'eventsource-parser';

/**
 * The data of each server-sent event, as it arrives. One that the stream ends on without a blank line counts too,
 * since some model servers close that way.
 * @param maxBytes  a stream may hold no more than this, in all
 * @throws RangeError beyond it
 */
export async function* serverSentEvents(body: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const arrived: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => void arrived.push(data) });
  let seen = 0;
  for await (const chunk of body) {
    seen += chunk.length;
    if (seen > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`);
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* arrived.splice(0);
  }
  parser.feed(`${decoder.decode()}\n\n`);
  yield* arrived;
}
