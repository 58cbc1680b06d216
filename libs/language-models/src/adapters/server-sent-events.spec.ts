import { ReplyRoom } from './reply-room.ts';
import { serverSentEvents } from './server-sent-events.ts';

async function* arriving(...chunks: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk as string);
}

async function read(chunks: (string | Buffer)[], maxBytes = 1000, room?: ReplyRoom): Promise<string[]> {
  const events: string[] = [];
  for await (const sent of serverSentEvents(arriving(...chunks), maxBytes, undefined, room))
    events.push('data' in sent ? sent.data : `: ${sent.comment}`);
  return events;
}

describe('server-sent events', () => {
  it('are told apart however the stream is cut, inside a character too', async () => {
    const stream = Buffer.from('data: {"a":"é"}\n\ndata: {"b":2}\n\n');
    for (let cut = 0; cut <= stream.length; cut++)
      expect(await read([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(['{"a":"é"}', '{"b":2}']);
  });

  it('may hold several lines, comments, other fields and any line ending', async () => {
    expect(
      await read([': hello\r\nevent: message\r\ndata: one\r\ndata: two\r\nid: 7\r\n\r\n', 'data:three\r\r']),
    ).toEqual([': hello', 'one\ntwo', 'three']);
  });

  it('are told at once whatever ends their lines, and heartbeats are comments', async () => {
    async function* slowly(): AsyncGenerator<Buffer> {
      yield Buffer.from('data: one\r\r');
      reported.push('and then');
      yield Buffer.from('data: two\r\n\r');
      yield Buffer.from('\ndata:\n\nevent: ping\ndata: {"type":"ping"}\n\ndata: three\n\n');
    }
    const reported: string[] = [];
    for await (const sent of serverSentEvents(slowly(), 1000)) reported.push('data' in sent ? sent.data : ':');
    expect(reported).toEqual(['one', 'and then', 'two', ':', ':', 'three']);
  });

  it('count when the stream ends right behind them', async () => {
    expect(await read(['data: one\n\ndata: [DONE]'])).toEqual(['one', '[DONE]']);
  });

  it('share the room of all that is read at once, which each gives back', async () => {
    const room = new ReplyRoom(60);
    const one = (): Promise<string[]> => read(['data: 1234567890\n\n', 'data: 2\n\n'], 1000, room);
    const going = serverSentEvents(
      arriving('data: 1234567890\n\n', 'data: 1234567890\n\n', 'data: 3\n\n'),
      1000,
      undefined,
      room,
    );
    await going.next();
    expect(await one()).toEqual(['1234567890', '2']);
    await going.next();
    await expect(one()).rejects.toMatchObject({ failure: 'rate_limited', detail: { isFinal: true } });
    await going.return(undefined);
    expect(await one()).toEqual(['1234567890', '2']);
    expect(await Promise.all([one(), one()])).toHaveLength(2);
  });

  it('are refused beyond the size allowed', async () => {
    await expect(read(['data: 1\n\n', 'data: 2\n\n'], 12)).rejects.toThrow(RangeError);
  });
});
