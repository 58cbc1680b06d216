import { field } from './error-document.ts';

/**
 * The vectors in the form that was asked for: OpenAI's clients ask for base64 unless told otherwise, and read whatever comes as such, which
 * not every server knows.
 * @param json  the document as it came, which it stays where it is in that form
 */
export function embeddingsAs(encoding: unknown, document: Readonly<Record<string, unknown>>, json: string): string {
  const vectors = document['data'] as unknown[];
  const asked = encoding === 'base64' ? 'base64' : 'float';
  const hasRequestedEncoding = vectors.every((each) => isIn(asked, field(each, 'embedding')));
  if (hasRequestedEncoding) return json;
  const data = vectors.map((each) => ({ ...(each as object), embedding: encoded(field(each, 'embedding'), asked) }));
  return JSON.stringify({ ...document, data });
}

const isIn = (asked: 'base64' | 'float', vector: unknown): boolean =>
  asked === 'base64' ? typeof vector === 'string' : Array.isArray(vector) && typeof vector[0] === 'number';

function encoded(said: unknown, asked: 'base64' | 'float'): unknown {
  // llama-cpp-python wraps each vector in a list.
  const vector: unknown = Array.isArray(said) && said.length === 1 && Array.isArray(said[0]) ? said[0] : said;
  if (asked === 'base64' && Array.isArray(vector))
    return Buffer.from(Float32Array.from(vector as number[]).buffer).toString('base64');
  if (asked === 'float' && typeof vector === 'string') {
    const bytes = Uint8Array.from(Buffer.from(vector, 'base64'));
    return [...new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4))];
  }
  return vector;
}
