/**
 * The data of each server-sent event, as it arrives.
 * @param maxCharacters  a stream may hold no more than this, in all
 * @throws RangeError beyond it
 * Source: WHATWG HTML, section 9.2.6, the parts that model servers use
 */
export async function* serverSentEvents(body: AsyncIterable<Buffer>, maxCharacters: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pending = '';
  let seen = 0;
  for await (const chunk of body) {
    seen += chunk.length;
    if (seen > maxCharacters) throw new RangeError(`more than ${maxCharacters} bytes`);
    pending += decoder.decode(chunk, { stream: true });
    const lines = pending.split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data:')) yield line.slice(5).trim();
  }
  if (pending.startsWith('data:')) yield pending.slice(5).trim();
}
