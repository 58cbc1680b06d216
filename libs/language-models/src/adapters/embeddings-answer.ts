import { ProviderError } from '../model-provider.ts';
import { field } from './error-document.ts';

/**
 * The vectors in the form that was asked for: OpenAI's clients ask for base64 unless told otherwise, and read whatever comes as such, which
 * not every server knows.
 * @param json  the document as it came, which it stays where it is in that form
 */
export function embeddingsAs(encoding: unknown, document: Readonly<Record<string, unknown>>, json: string): string {
  const vectors = document['data'] as unknown[];
  const asked = encoding === 'base64' ? 'base64' : 'float';
  const isAsAsked = vectors.every(
    (each) => isIn(asked, field(each, 'embedding')) && field(each, 'index') !== undefined,
  );
  if (isAsAsked) return json;
  // Some leave out which text a vector is of: they come in order.
  const data = vectors.map((each, index) => ({
    index,
    ...(each as object),
    embedding: encoded(field(each, 'embedding'), asked),
  }));
  return JSON.stringify({ ...document, data });
}

/** OpenRouter answers without any vector where its server has no base64. @throws ProviderError as for a field that is refused */
export function refuseNoVectors(
  provider: string,
  document: Readonly<Record<string, unknown>>,
  encoding: unknown,
): void {
  if (encoding === undefined || (document['data'] as unknown[]).length > 0) return;
  const message = `${provider} sent no vectors: encoding_format is not supported`;
  const refusal = { message, param: 'encoding_format', type: 'invalid_request_error' };
  throw new ProviderError('bad_request', message, { status: 400, refusal });
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
