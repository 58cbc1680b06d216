import { type Endpoint, ProviderError } from '../model-provider.ts';

/** OpenAI's own. What else some of its imitators have is tried where it is configured. */
const ASSUMED_ENDPOINTS: readonly Endpoint[] = [
  'chat/completions',
  'responses',
  'responses/compact',
  'completions',
  'embeddings',
];
const MAX_REMEMBERED = 1000;

/** Which endpoints a server has, as configured, or as it turned out. */
export class Endpoints {
  private readonly lacking = new Set<string>();

  /** @param configured  all there are; where left out each is tried once for a model */
  constructor(private readonly configured: readonly Endpoint[] | undefined) {}

  mayHave(endpoint: Endpoint, model: string): boolean {
    if (this.configured) return this.configured.includes(endpoint === 'responses/compact' ? 'responses' : endpoint);
    // An endpoint for completions of text may answer for one model and not for another.
    return ASSUMED_ENDPOINTS.includes(endpoint) && !this.lacking.has(key(endpoint, model));
  }

  /** It was asked there in vain, and elsewhere not. */
  lacks(endpoint: Endpoint, model: string): void {
    if (this.lacking.size >= MAX_REMEMBERED) this.lacking.clear();
    this.lacking.add(key(endpoint, model));
  }
}

const key = (endpoint: Endpoint, model: string): string => `${endpoint}\n${model}`;

/** What a server answers where it does not have an endpoint. LM Studio says it with status 200, others as if it were a chat completion. */
export function isMissingEndpoint(error: unknown): boolean {
  if (!(error instanceof ProviderError)) return false;
  if (error instanceof OtherDocument) return true;
  const { status, refusal } = error.detail;
  if (status === 404 || status === 405 || status === 501) return true;
  return (
    NO_ENDPOINT.test(refusal?.message ?? '') ||
    ((status === 400 || status === 422) && WANTS_MESSAGES.test(error.message))
  );
}

const NO_ENDPOINT =
  /unexpected endpoint|(unknown|unsupported|no such|invalid) (endpoint|route|path|url)|(endpoint|route) (is )?not (found|supported|available|implemented)/i;
const WANTS_MESSAGES = /\bmessages\b.{0,40}\b(required|missing)|\b(required|missing|no)\b.{0,40}\bmessages\b/i;

/** Whether a 404 means the model: its error says so by code. */
export const isModelNotFound = (error: unknown): boolean =>
  error instanceof ProviderError &&
  /model/i.test(`${String(error.refusal?.['code'])} ${String(error.refusal?.['param'])}`);

/** An answer with success that is in no words of the endpoint. */
export class OtherDocument extends ProviderError {
  constructor(provider: string, endpoint: Endpoint) {
    super('malformed_reply', `${provider} sent JSON that is no answer of /${endpoint}`);
  }
}
