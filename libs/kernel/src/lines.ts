/**
 * The lines of a stream of UTF-8, without their line feeds. Node's `readline` also ends a line at U+2028 and U+2029, which a JSON text
 * may hold as they are.
 */
export async function* linesIn(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let begun: string[] = [];
  for await (const chunk of stream) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    begun.push(first);
    if (others.length === 0) continue;
    yield begun.join('');
    begun = [others.pop() as string];
    yield* others;
  }
  const last = begun.join('') + decoder.decode();
  if (last !== '') yield last;
}
